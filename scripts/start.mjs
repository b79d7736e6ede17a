// `npm start`, the door: builds what is not built, lets a machine learn to copy, and shows it recalling sequences that it has not seen: one
// as long as those it learned from, and two that are far longer. Everything it does is a command that anybody can type.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import { main, root } from "./process.mjs";

const RUN = "runs/start";

const COMMANDS = [
  ["train", "copy", "--until", "0.1", "--out", RUN],
  ["run", RUN, "--length", "20"],
  ["run", RUN, "--length", "50", "--compact"],
  ["run", RUN, "--length", "120", "--compact"],
];

await main(async () => {
  // With nothing to build this takes a second, and need not be told.
  const patience = setTimeout(() => say("", dim("Building what has changed …")), 1500);
  const built = await ends([join(root, "scripts/build.mjs"), "--quiet"]);
  clearTimeout(patience);
  if (!built) return;
  rmSync(join(root, RUN), { recursive: true, force: true }); // a machine that learns is what there is to see
  for (const command of COMMANDS) {
    say("", dim(`$ npx ntm ${command.join(" ")}`), "");
    if (!(await ends([join(root, "dist/cli.js"), ...command]))) return;
  }
  say("", "It learned from at most 20 vectors at a time; 120 are six times that.");
  say(dim("To go on:"));
  say(dim(`  $ npx ntm eval ${RUN}              measure it`));
  say(dim(`  $ npx ntm run ${RUN} --length 120  where it writes and reads`));
  say(dim("  $ npx ntm train --help                 another machine, another run"), "");
});

/**
 * Runs a script of ours in this terminal; whether it ended well. If not we end as it did.
 * @param {string[]} args
 * @returns {Promise<boolean>}
 */
function ends(args) {
  // Ctrl-C goes to all of us at once: the child saves and ends, and we wait for it.
  const wait = () => {};
  process.on("SIGINT", wait);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", wait);
      process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
      resolve(process.exitCode === 0);
    });
  });
}

/** @param {string[]} lines */
function say(...lines) {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** @param {string} text */
function dim(text) {
  return process.stdout.isTTY && !process.env["NO_COLOR"] ? styleText("dim", text) : text;
}
