// Progress as one line that redraws itself. The bar is the learning curve: as far as training has come it shows the loss, as blocks of its
// height, and a dotted line as far as it has to go.

import ansis from "ansis";
import cliProgress from "cli-progress";
import { bits, count, duration } from "../format.js";
import type { Terminal } from "../terminal.js";
import { Curve } from "./curve.js";
import type { Progress, Span, Standing } from "./progress.js";

const BLOCKS = [..."▁▂▃▄▅▆▇█"];
const WIDEST = 60;
const NARROWEST = 12;
const MARGINS = 4;

type Ends = Pick<Span, "from" | "to">;

export function bar({ from, to }: Span, terminal: Terminal): Progress {
  const curve = new Curve(to - from);
  let standing: Standing | undefined;
  const single = new cliProgress.SingleBar({
    stream: screen(terminal),
    format: (_options, { maxWidth }) =>
      standing ? line(standing, { from, to }, curve, maxWidth, terminal.unicode) : "",
    hideCursor: true,
    fps: 8,
  });
  single.start(to, from);
  return {
    update(now) {
      standing = now;
      if (now.bits !== null) curve.add(now.step - from, now.bits);
      single.update(now.step);
    },
    stop() {
      single.stop();
    },
  };
}

function line(standing: Standing, { from, to }: Ends, curve: Curve, columns: number, unicode: boolean): string {
  const words = phrases(standing, to).find(({ length }) => length + MARGINS + NARROWEST <= columns) ?? "";
  const cells = Math.min(WIDEST, columns - MARGINS - words.length);
  return ` ${draw(curve.means(cells), (standing.step - from) / (to - from), unicode)}  ${words}`;
}

/** What there is to say beside the bar, in as many words as there is room for. */
function phrases({ step, recentBits, sequencesPerSecond, secondsLeft }: Standing, to: number): string[] {
  const loss = bits(recentBits).padStart(5);
  const rate = count(sequencesPerSecond).padStart(5);
  const left = `${duration(secondsLeft).padStart(5)} left`;
  return [
    `${count(step)} of ${count(to)}   ${loss} bits per sequence   ${rate} sequences/s   ${left}`,
    `${loss} bits per sequence  ${rate}/s  ${left}`,
    `${loss} bits  ${left}`,
    left,
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
