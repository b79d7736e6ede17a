// Progress as one line that redraws itself. The bar is the learning curve: as far as training has come it shows the loss, as blocks of its
// height, and a dotted line as far as it has to go.

import ansis from "ansis";
import cliProgress from "cli-progress";
import { count, duration } from "../format.js";
import type { Terminal } from "../terminal.js";
import { Curve } from "./curve.js";
import type { Progress, Span } from "./progress.js";
import { recentCost, type Standing } from "./standing.js";

const BLOCKS = [..."▁▂▃▄▅▆▇█"];
const WIDEST = 60;
const NARROWEST = 12;
const MARGINS = 4;

export function bar({ from, to, endsWhenSolved }: Span, terminal: Terminal): Progress {
  const curve = new Curve(to - from);
  const started = performance.now();
  let standing: Standing | undefined;
  let seconds: number | undefined;
  const single = new cliProgress.SingleBar({
    stream: screen(terminal),
    format: (_options, { maxWidth }) => {
      if (standing === undefined) return "";
      const left = `${endsWhenSolved ? "at most " : ""}${duration(standing.secondsLeft)} left`;
      const time = seconds === undefined ? left : `in ${duration(seconds)}`;
      const words = phrases(standing, to, time).find(({ length }) => length + MARGINS + NARROWEST <= maxWidth) ?? "";
      const cells = Math.max(1, Math.min(WIDEST, maxWidth - MARGINS - words.length));
      return ` ${draw(curve.means(cells), (standing.step - from) / (to - from), terminal.unicode)}  ${words}`;
    },
    hideCursor: true,
    fps: 8,
  });
  single.start(to, from);
  return {
    update(now) {
      standing = now;
      curve.add(now.step - from, now.bits ?? now.loss);
      single.update(now.step);
    },
    stop() {
      seconds = (performance.now() - started) / 1000;
      single.stop();
    },
  };
}

/** What there is to say beside the bar, in as many words as there is room for. */
function phrases(standing: Standing, to: number, time: string): string[] {
  const cost = recentCost(standing);
  const rate = count(standing.sequencesPerSecond).padStart(5);
  const last = time.padStart(10);
  return [
    `${count(standing.step)} of ${count(to)}   ${cost} per sequence   ${rate} sequences/s   ${last}`,
    `${cost} per sequence  ${rate}/s  ${last}`,
    `${cost}  ${last}`,
    last,
  ];
}

function draw(means: readonly (number | undefined)[], reached: number, unicode: boolean): string {
  const highest = Math.max(0, ...means.map((mean) => mean ?? 0));
  const cells = Math.max(1, Math.round(reached * means.length));
  const block = (mean = 0) => BLOCKS[Math.min(7, Math.floor((mean / (highest || 1)) * 8))] ?? "";
  const done = means.slice(0, cells).map((mean) => (unicode ? block(mean) : "#"));
  const toCome = (unicode ? "┈" : "-").repeat(means.length - cells);
  return ansis.cyan(done.join("")) + ansis.dim(toCome);
}

/** The bar may be asked for where there is no terminal: the library would then write nothing. */
function screen(terminal: Terminal): NodeJS.WritableStream {
  if (process.stdout.isTTY) return process.stdout;
  const { columns } = terminal;
  const write = (text: string, ...rest: never[]) => process.stdout.write(text, ...rest);
  return { isTTY: true, columns, write } as unknown as NodeJS.WritableStream;
}
