// A contestant's process: a line out, a line of JSON back.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Child {
  #process;
  #lines;
  #errors = "";
  #ended;

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} env
   */
  constructor(command, args, env) {
    this.#process = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#process.stderr.setEncoding("utf8").on("data", (text) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    // A process that is gone is told of by the end of its output.
    this.#process.stdin.on("error", () => {});
    this.#ended = new Promise((resolve) => {
      this.#process.on("error", (error) => resolve(error.message));
      this.#process.on("close", (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
    });
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  /** The next line of JSON. What libraries print besides is passed over. */
  async hear() {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(await this.#reason());
      if (value.startsWith("{")) return JSON.parse(value);
    }
  }

  /** @param {string} line */
  ask(line) {
    this.#process.stdin.write(`${line}\n`);
    return this.hear();
  }

  /** CPU seconds of so many units of work. @param {number} count @returns {Promise<number>} */
  async measure(count) {
    return (await this.ask(`measure ${count}`)).cpu;
  }

  async end() {
    this.#process.stdin.end();
    await this.#ended;
  }

  /** Why there is nothing more to hear: the error's own last line, where there is one. */
  async #reason() {
    const ended = await this.#ended;
    const lines = this.#errors.split("\n").map((line) => line.trim());
    return (
      lines.findLast((line) => /^\w*(Error|Exception)\b.*:|^error:|panicked/.test(line)) ??
      lines.findLast(Boolean) ??
      ended
    );
  }
}
