// `npm run test:examples`: what the trainings of examples/README.md come to, to the last digit that it states. Run from the packed package,
// two at a time: some minutes.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure, main, root, run } from "./process.mjs";

const files = ["addition.mjs", "dyck.mjs"];
const seeds = [1, 2, 3, 4, 5];
const updates = 20_000;

await main(async () => {
  await run(process.execPath, ["scripts/package.mjs"]);
  const folder = mkdtempSync(join(tmpdir(), "ntm-examples-"));
  try {
    symlinkSync(join(root, "test/node_modules"), join(folder, "node_modules"), "junction");
    for (const file of files) cpSync(join(root, "examples", file), join(folder, file));
    const readme = readFileSync(join(root, "examples/README.md"), "utf8");
    const tables = await Promise.all(files.map((file) => tableOf(folder, file)));
    const others = tables.filter((table) => !readme.includes(table));
    if (others.length > 0) throw new Failure("examples/README.md states other figures", others.join("\n"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * Runs an example with each seed, and puts what it prints in a table.
 * @param {string} folder
 * @param {string} file
 */
async function tableOf(folder, file) {
  /** @type {string[]} */
  const rows = [];
  for (const seed of seeds) {
    const output = await run(process.execPath, [file, String(updates), String(seed)], { cwd: folder });
    const step = Number([...output.matchAll(/^(\d+) updates: /gm)].at(-1)?.[1]);
    const measured = [...output.matchAll(/^(\d+ \w+): (\S+) of (\d+) /gm)];
    if (rows.length === 0) {
      const heads = measured.map(([, size, , of]) => `${size}, wrong of ${of}`);
      rows.push(row("seed", "updates", ...heads), row("---:", "---:", ...heads.map(() => "---:")));
    }
    // It ends early where it has learned.
    const when = step < updates ? step.toLocaleString("en") : "–";
    rows.push(row(String(seed), when, ...measured.map(([, , wrong = ""]) => wrong)));
    console.log(`${file}, seed ${seed}: ${rows.at(-1)}`);
  }
  return `${rows.join("\n")}\n`;
}

/** @param {string[]} cells */
function row(...cells) {
  return `| ${cells.join(" | ")} |`;
}
