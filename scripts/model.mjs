// `node scripts/model.mjs RUN…`: makes trained machines of models/ of runs that `ntm reproduce` has trained and measured: the parameters
// and a card each, and the page that shows all cards.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownSettings, settingsIn } from "../build/js/cli/reproduce/own-settings.js";
import { TABLE } from "../build/js/cli/reproduce/table.js";
import { presetController } from "../build/js/cli/settings/machine.js";
import { NTM } from "../dist/index.js";
import { Failure, main, root } from "./process.mjs";

/**
 * @typedef {object} Card
 * @property {string} task
 * @property {object} options of the task
 * @property {string} controller
 * @property {number} seed
 * @property {number} sequences that it learned from
 * @property {string} command that makes it again, with the version of the package that it came with
 * @property {object} settings of the machine and its training
 * @property {string} [since] what has changed since, so that the command now makes another machine
 * @property {{ sizes: Record<string, number>, sequences: number, bitsPerSequence: number, wrongBitsPerSequence: number, of: number, optimum?: number }[]} results
 *   of `evaluate` with its default seed
 */

const folder = join(root, "models");

await main(async () => {
  mkdirSync(folder, { recursive: true });
  for (const run of process.argv.slice(2)) await add(run);
  writeFileSync(join(folder, "README.md"), page(cards()));
});

async function add(/** @type {string} */ run) {
  const read = (/** @type {string} */ file) => JSON.parse(readFileSync(join(run, file), "utf8"));
  const { task, machine, train } = read("config.json");
  const { step, results } = read("evaluation.json");
  const trained = await NTM.load(readFileSync(join(run, "checkpoint.safetensors")));
  if (trained.step !== step)
    throw new Failure(`${run}: measured after ${step} updates, but its checkpoint has ${trained.step}`);
  const { controller, readHeads, writeHeads } = trained.config;
  const kind = presetController(controller.kind, readHeads, writeHeads);
  const sequences = step * train.batchSize;
  const entry = TABLE.find(
    (each) => each.task === task.name && each.controller === kind && each.sequences === sequences && !each.rate,
  );
  if (!entry) throw new Failure(`${run}: is no whole run of ntm reproduce by a preset`);
  const own = ownSettings(entry, await settingsIn(run));
  const name = `${task.name}-${kind}`;
  writeFileSync(join(folder, `${name}.safetensors`), trained.save({ metadata: { task } }));
  /** @type {Card} */
  const card = {
    task: task.name,
    options: task.options,
    controller: kind,
    seed: train.seed,
    sequences,
    command: `ntm train ${task.name} --controller ${kind} --seed ${train.seed} --steps ${step}${own.map((each) => ` --set '${each}'`).join("")}`,
    settings: { machine, train: { batchSize: train.batchSize, optimizer: train.optimizer, clip: train.clip } },
    results: /** @type {any[]} */ (results).map(
      ({ wrongInVectorsPerSequence: _, wrongBesideEndMarkersPerSequence: __, ...found }) => found,
    ),
  };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(card, null, 2)}\n`);
  trained.dispose();
}

function cards() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.map((file) => ({
    name: file.slice(0, -5),
    card: /** @type {Card} */ (JSON.parse(readFileSync(join(folder, file), "utf8"))),
  }));
}

function bits(/** @type {number} */ of) {
  return of < 100 ? of.toPrecision(3) : of.toFixed(2);
}

function page(/** @type {ReturnType<typeof cards>} */ all) {
  const sections = all.map(({ name, card }) => {
    const rows = card.results.map(({ sizes, wrongBitsPerSequence, of, bitsPerSequence, optimum }) => {
      const size = Object.entries(sizes).map(([size, value]) => `${size} ${value}`);
      return `| ${size.join(", ")} | ${wrongBitsPerSequence} of ${of} | ${bits(bitsPerSequence)}${optimum === undefined ? "" : `, the optimum ${bits(optimum)}`} |`;
    });
    return `## ${name}

${card.controller === "lstm" ? "An LSTM" : "A feedforward"} controller, seed ${card.seed}, ${card.sequences.toLocaleString("en")} sequences of ${card.task}.
${card.since === undefined ? "To make it again, with this version" : `To make one like it (${card.since})`}:

\`\`\`sh
${card.command.replaceAll(" --set ", " \\\n  --set ")}
\`\`\`

| size | wrong bits a sequence | bits a sequence |
| --- | ---: | ---: |
${rows.join("\n")}
`;
  });
  return `# Trained machines

Parameters and configuration of machines that \`ntm reproduce\` has trained with the settings of \`preset\`, or with those
that its command names, each with its card: how it was trained, and what it does in 100 sequences of each size, or 1,000
of 200 bits. Made by \`node scripts/model.mjs\`; \`test/models.test.ts\` measures each again.

In Node:

\`\`\`js
import { readFile } from "node:fs/promises";
import { NTM } from "neural-turing-machine";

const file = new URL(import.meta.resolve("neural-turing-machine/models/${all[0]?.name}.safetensors"));
const machine = await NTM.load(await readFile(file));
console.log(machine.config, machine.metadata);
\`\`\`

In a page, \`NTM.load(await (await fetch(url)).arrayBuffer())\`.

${sections.join("\n")}`;
}
