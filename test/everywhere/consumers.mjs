// Where the package is used: a project for each way, in the folder of its name, which runs what `shared/` has; and the examples that are
// projects of their own.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure } from "../../scripts/process.mjs";
import { program } from "../support/fences.mjs";
import { installed } from "./project.mjs";

/**
 * @typedef {object} Consumer
 * @property {string} name its folder, here or, if it begins with `examples/`, in the repository
 * @property {string} [tool] the package of its `node_modules` whose version is told
 * @property {string} [build] the command that makes its bundle
 * @property {string[]} [bundles] folders, each of which holds one copy of the wasm once it is built
 * @property {readonly Program[]} [programs]
 * @property {readonly Page[]} [pages]
 */

/**
 * What prints digests.
 * @typedef {object} Program
 * @property {string} where it runs
 * @property {string} command
 * @property {readonly Run[]} [runs] what it runs; `copy` by default
 */

/**
 * What shows digests in its outputs, or what is visited.
 * @typedef {object} Page
 * @property {string} where it comes from
 * @property {string} [path] below the server's root
 * @property {string} [text] the page itself, where no file of the project has it
 * @property {string} [folder] served as static files, the project by default
 * @property {string} [server] instead of that, a command; PORT in it is the port where it is to listen
 * @property {boolean} [free] not under the strict policy: there are scripts in the page itself
 * @property {number} [outputs] 1 by default
 * @property {readonly Run[]} [runs] what each of them shows; `copy` by default
 * @property {readonly Act[]} [visit] instead of that, what a visitor does
 */

/**
 * @typedef {object} Act
 * @property {string} [press] the selector of a button that is pressed, once `shows` of the act before is seen
 * @property {string} at the selector of what then shows, and is to be seen
 * @property {string | RegExp} shows this text: the same in every browser, where it tells of numbers
 * @property {string} [hidden] the selector of what is not yet to be seen
 * @property {(file: Buffer) => Promise<void>} [saves] what is demanded of the file that `at`, a link, leads to
 */

/** @typedef {"copy" | "every"} Run */

/**
 * What Node is tested with, by the file that is executed.
 * @param {string} name
 * @param {string} node
 * @returns {readonly Program[]}
 */
const nodePrograms = (name, node) => [
  { where: `${name}, import`, command: `${node} esm.js`, runs: ["copy", "every"] },
  { where: `${name}, require()`, command: `${node} require.cjs` },
  { where: `${name}, worker_threads`, command: `${node} thread.js` },
];

/** @type {readonly Act[]} */
const learning = [
  { at: "#verdict", shows: /^\d+ of 80 bits are wrong\.$/ },
  { press: "#learn", at: "#learn", shows: "Pause" },
  { at: "#progress", shows: /^[\d,]+ sequences, \d+\.\d\d bits each/ },
  { press: "#learn", at: "#learn", shows: "Learn" },
  {
    press: "#learn",
    at: "#result",
    shows: "Learned in 750 updates. Wrong of 10 vectors: 0 of 80 bits; of 40, more than it has ever seen: 0 of 320.",
  },
  { press: "#another", at: "#verdict", shows: "0 of 80 bits are wrong." },
];

/**
 * Demands of a file that it is the machine that examples/web-worker has trained.
 * @param {Buffer} file
 */
async function copies120(file) {
  /** @type {typeof import("neural-turing-machine")} */
  const { copy, NTM } = await import(pathToFileURL(join(installed, "dist/index.js")).href);
  const machine = await NTM.load(file);
  const { wrongBitsPerSequence: wrong } = await machine.evaluate(copy(), { length: 120 });
  machine.dispose();
  if (wrong !== 0) throw new Failure(`the file is of a machine that has ${wrong} wrong bits in 120 vectors`);
}

/** Needs no more than the Node that runs this: a part of `npm test`. */
export const quick = nodePrograms("Node", "node");

/** @type {readonly Consumer[]} */
export const consumers = [
  {
    name: "node",
    programs: [20, 22, 24, 26].flatMap((version) =>
      nodePrograms(`Node ${version}`, `node_modules/node-${version}/bin/node`),
    ),
  },
  {
    name: "bun",
    tool: "bun",
    programs: [{ where: "Bun", command: "bun main.js", runs: ["copy", "every"] }],
  },
  {
    name: "deno",
    tool: "deno",
    programs: [{ where: "Deno", command: "deno run main.js", runs: ["copy", "every"] }],
  },
  {
    name: "typescript",
    tool: "typescript",
    build: "npm run build",
    programs: [{ where: "Node", command: "node dist/main.js", runs: ["copy", "every"] }],
  },
  {
    name: "static",
    pages: [
      { where: "<script type=module>", path: "script.html", free: true, runs: ["copy", "every"] },
      { where: "module worker", path: "worker.html", free: true },
      { where: "strict policy", path: "policy.html" },
      {
        where: "the page of README.md",
        path: "readme.html",
        text: program("README.md", "html"),
        free: true,
        visit: [{ at: "body", shows: /^controller\.0\.weight_ih, .*, initial\.cell\.0$/ }],
      },
    ],
  },
  {
    name: "vite",
    tool: "vite",
    build: "vite build",
    bundles: ["dist"],
    pages: [
      { where: "build", folder: "dist" },
      { where: "dev", server: "vite --host 127.0.0.1 --strictPort --port PORT", free: true },
      {
        where: "files by their URLs",
        server: "vite --host 127.0.0.1 --strictPort --port PORT",
        path: "slim.html",
        free: true,
      },
    ],
  },
  {
    name: "vite-worker",
    tool: "vite",
    build: "vite build",
    bundles: ["dist"],
    pages: [
      { where: "a worker that awaits, build", folder: "dist" },
      {
        where: "a worker that awaits, dev",
        server: "vite --host 127.0.0.1 --strictPort --port PORT",
        free: true,
      },
    ],
  },
  {
    name: "webpack",
    tool: "webpack",
    build: "webpack",
    bundles: ["dist"],
    pages: [{ where: "build" }],
  },
  {
    name: "rollup",
    tool: "rollup",
    build: "rollup --config",
    bundles: ["dist"],
    pages: [{ where: "build" }],
  },
  {
    name: "esbuild",
    tool: "esbuild",
    build: "esbuild main.js ntm-worker.js --bundle --format=esm --outdir=dist",
    bundles: ["dist"],
    pages: [{ where: "build" }],
  },
  {
    name: "esbuild-node",
    tool: "esbuild",
    build: "esbuild main.js ntm-worker.js --bundle --platform=node --format=esm --outdir=dist",
    bundles: ["dist"],
    programs: [{ where: "a bundle for Node", command: "node dist/main.js" }],
  },
  {
    name: "parcel",
    tool: "parcel",
    build: "parcel build index.html",
    bundles: ["dist"],
    // It writes an import map into the page.
    pages: [{ where: "build", folder: "dist", free: true }],
  },
  {
    name: "next",
    tool: "next",
    build: "next build",
    bundles: [".next/static"],
    pages: [
      {
        where: "server and client",
        server: "next start --hostname 127.0.0.1 --port PORT",
        free: true,
        outputs: 2,
      },
    ],
  },
  {
    name: "examples/vite",
    tool: "vite",
    build: "vite build",
    bundles: ["dist"],
    pages: [
      { where: "build", folder: "dist", visit: learning },
      { where: "dev", server: "vite --host 127.0.0.1 --strictPort --port PORT", visit: learning },
    ],
  },
  {
    name: "examples/web-worker",
    pages: [
      {
        where: "start, stop, go on",
        visit: [
          { at: "#progress", shows: "not yet begun", hidden: "#save" },
          { press: "#start", at: "#progress", shows: /^[\d,]+ updates, \d+\.\d\d bits per sequence/ },
          { press: "#stop", at: "#result", shows: /^Stopped after [\d,]+ updates\.$/, hidden: "#save" },
          { at: "#progress", shows: /^[\d,]+ updates$/ },
          {
            press: "#start",
            at: "#result",
            shows: "After 6,000 updates 0 of the 960 bits of 120 vectors are wrong.",
          },
          { at: "#save", shows: "Save the machine", saves: copies120 },
        ],
      },
      {
        where: "the server of its own",
        server: "sirv . --dev --host 127.0.0.1 --port PORT",
        visit: [{ at: "#progress", shows: "not yet begun" }],
      },
    ],
  },
];
