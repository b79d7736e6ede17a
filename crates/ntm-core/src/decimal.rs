//! Numbers in messages: in as few digits as tell one from its neighbours, as JavaScript writes them (of the very large
//! and the very small the last of 17 digits may be off). The standard library's way, right to the last digit of every
//! number, takes 20 kB of the WebAssembly file.

use crate::real::Real;

/// `value` in decimals.
pub fn decimal<T: Real>(value: T) -> String {
    shortest(value.to_f64(), size_of::<T>() == size_of::<f32>())
}

/// In as few digits as give it back, of all numbers or of those in `single` precision.
fn shortest(exact: f64, single: bool) -> String {
    let sign = if exact < 0.0 { "-" } else { "" };
    let size = exact.abs();
    if size.is_nan() {
        return "NaN".into();
    }
    if size.is_infinite() {
        return format!("{sign}Infinity");
    }
    if size == 0.0 {
        return "0".into();
    }
    let mut exponent = 0;
    while scale(size, -exponent) >= 10.0 {
        exponent += 1;
    }
    while scale(size, -exponent) < 1.0 {
        exponent -= 1;
    }
    let same = |other: f64| if single { other as f32 == size as f32 } else { other == size };
    let mut count = 0;
    let digits = loop {
        let digits = scale(size, count - exponent).round();
        if count == 16 || same(scale(digits, exponent - count)) {
            break digits as u64;
        }
        count += 1;
    };
    let digits = digits.to_string();
    // A number of digits that was rounded up to a power of ten has one more.
    let exponent = exponent + digits.len() as i32 - 1 - count;
    let digits = digits.trim_end_matches('0');
    let with_exponent = !(-6..21).contains(&exponent);
    // How many digits stand before the point.
    let whole = if with_exponent { 1 } else { exponent + 1 };
    let mut text = String::from(sign);
    if whole <= 0 {
        text.push_str("0.");
        text.extend((whole..0).map(|_| '0'));
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index as i32 == whole {
            text.push('.');
        }
        text.push(digit);
    }
    text.extend((digits.len() as i32..whole).map(|_| '0'));
    if with_exponent {
        text.push_str(if exponent < 0 { "e-" } else { "e+" });
        text.push_str(&exponent.unsigned_abs().to_string());
    }
    text
}

/// `value · 10^exponent`, in two steps: a power may be beyond the greatest number where the product is not.
#[inline(never)]
fn scale(value: f64, exponent: i32) -> f64 {
    let half = exponent / 2;
    [half, exponent - half].into_iter().fold(value, |value, exponent| {
        let power = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
        if exponent < 0 { value / power } else { value * power }
    })
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn numbers_are_written_as_in_javascript() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (100.0, "100"),
            (123.456, "123.456"),
            (1e-4, "0.0001"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (-2.5e-9, "-2.5e-9"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-1.25e25, "-1.25e+25"),
            (0.30000000000000004, "0.30000000000000004"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(decimal(value), text);
        }
    }

    #[test]
    fn a_single_has_the_digits_of_a_single() {
        for (value, text) in
            [(1.2_f32, "1.2"), (-0.1, "-0.1"), (16777216.0, "16777216"), (3.4028235e38, "3.4028235e+38")]
        {
            assert_eq!(decimal(value), text);
        }
    }
}
