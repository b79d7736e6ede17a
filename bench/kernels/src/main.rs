//! The same without WebAssembly: answers what `bench/kernels/serve.mjs` does, in the same words.

use std::error::Error;
use std::io::stdin;

use kernels::{CASES, CONTESTANTS, FUNCTIONS, Ready, error, neighbourless};

#[path = "../../../crates/ntm-core/examples/train_step/cpu.rs"]
mod cpu;

fn main() -> Result<(), Box<dyn Error>> {
    let mut ready: Option<Ready> = None;
    for line in stdin().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let verb = words.next().unwrap_or_default();
        let numbers = words.map(str::parse).collect::<Result<Vec<usize>, _>>()?;
        let before = cpu::seconds();
        let value = match (verb, &numbers[..]) {
            ("prepare", &[contestant, case]) => {
                ready = Ready::new(CONTESTANTS[contestant], CASES[case]);
                ready.as_mut().map(Ready::distance)
            }
            ("measure", &[count]) => {
                ready.as_mut().ok_or("no case is ready")?.run(count);
                Some(0.0)
            }
            ("error", &[contestant, function]) => error(CONTESTANTS[contestant], FUNCTIONS[function]),
            ("neighbourless", &[contestant]) => {
                neighbourless(CONTESTANTS[contestant]).map(|same| f64::from(u8::from(same)))
            }
            _ => return Err(format!("{line}: not understood").into()),
        };
        let value = value.filter(|value| value.is_finite()).map_or("null".to_owned(), |value| value.to_string());
        println!("{{\"cpu\":{},\"value\":{value}}}", cpu::seconds() - before);
    }
    Ok(())
}
