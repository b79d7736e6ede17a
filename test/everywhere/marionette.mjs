// A client of Marionette, the protocol of WebDriver's commands that Firefox speaks by itself.
import { connect } from "node:net";
import { Failure } from "../../scripts/process.mjs";
import { Crash } from "./page.mjs";

const patience = 120_000;

/**
 * What asks Firefox for one thing after another.
 * @param {number} port
 */
export async function connectTo(port) {
  const socket = connect(port, "127.0.0.1");
  socket.on("timeout", () => socket.destroy());
  const answers = messagesOf(socket);
  const answer = async () => (await answers.next().catch(() => ({ value: undefined }))).value;
  await answer(); // a greeting
  return async (/** @type {string} */ command, /** @type {object} */ parameters) => {
    const text = JSON.stringify([0, 0, command, parameters]);
    socket.setTimeout(patience).write(`${Buffer.byteLength(text)}:${text}`);
    const message = await answer();
    socket.setTimeout(0);
    if (!message) throw new Crash(`Firefox ended, or did not answer ${command} in ${patience / 1000} s`);
    const [, , error, result] = message;
    if (error) throw new Failure(`Firefox: ${error.message}`);
    return result;
  };
}

/**
 * Each is JSON with its length in bytes and a colon before it. There is only ever one under way.
 * @param {import("node:net").Socket} socket
 * @returns {AsyncGenerator<any, undefined>}
 */
async function* messagesOf(socket) {
  let received = Buffer.alloc(0);
  for await (const bytes of socket) {
    received = Buffer.concat([received, bytes]);
    const colon = received.indexOf(":");
    if (colon < 0 || received.length <= colon + Number(received.toString("latin1", 0, colon))) continue;
    yield JSON.parse(received.toString("utf8", colon + 1));
    received = Buffer.alloc(0);
  }
  return undefined;
}
