// Streaming inference: a server with one trained machine and a session for each client, who sends a vector at a time and gets the machine's
// answer to it. What a client has said is in the memory of its own session alone.
//
//     node examples/server.mjs [port]
//
//     curl -X POST localhost:8080/sessions                                        {"id":"…","inputSize":9}
//     curl -X POST localhost:8080/sessions/ID -d '[1,0,0,1,0,0,1,1,0]'            {"output":[…]}
//     curl -X DELETE localhost:8080/sessions/ID
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { NTM, NTMError } from "neural-turing-machine";

const [port = 8080, idle = 60_000] = process.argv.slice(2).map(Number);
const mostSessions = 1000;
const mostCharacters = 10_000;
const mistakes = ["option", "shape", "non-finite"];

const model = new URL(import.meta.resolve("neural-turing-machine/models/copy-lstm.safetensors"));
const machine = await NTM.load(await readFile(model));
const { inputSize } = machine.config;

/** By the client's id: its session, and the timer that ends it when nothing is heard. */
const clients = new Map();

class Refusal extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const server = createServer(async (request, response) => {
  const answer = (status, body, headers = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
  try {
    answer(200, await handle(request));
  } catch (error) {
    // A mistake of the client is told in the package's own words; what else goes wrong is the server's.
    if (error instanceof Refusal) answer(error.status, { error: error.message }, error.headers);
    else if (error instanceof NTMError && mistakes.includes(error.code))
      answer(400, { error: error.message, code: error.code });
    else answer(500, { error: "the server failed" });
  }
});

async function handle(request) {
  const [, collection, id] = request.url.split("?")[0].split("/");
  if (collection !== "sessions") throw new Refusal(404, "there is nothing but /sessions");
  if (id === undefined) {
    if (request.method !== "POST") throw new Refusal(405, "POST makes a session");
    return { id: begin(), inputSize };
  }
  const { timer } = find(id);
  if (request.method === "DELETE") {
    end(id);
    return {};
  }
  if (request.method !== "POST") throw new Refusal(405, "POST says a vector, DELETE ends the session");
  timer.refresh();
  const data = await vector(request);
  // The session may have ended while the vector came.
  const { output } = find(id).session.step({ data, shape: [1, data.length] });
  return { output: [...output.data] };
}

function find(id) {
  const client = clients.get(id);
  if (!client) throw new Refusal(404, "no such session: it never was, or was not heard of for too long");
  return client;
}

function begin() {
  if (clients.size >= mostSessions) throw new Refusal(503, "too many sessions");
  const id = randomUUID();
  clients.set(id, { session: machine.session(), timer: setTimeout(() => end(id), idle).unref() });
  return id;
}

function end(id) {
  const { session, timer } = clients.get(id);
  clients.delete(id);
  clearTimeout(timer);
  session.dispose();
}

async function vector(request) {
  let text = "";
  // Left open, so that a refusal can still be sent; what is not read of the request ends with its connection.
  for await (const piece of request.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    text += piece;
    if (text.length > mostCharacters)
      throw new Refusal(413, `at most ${mostCharacters} characters`, { connection: "close" });
  }
  let numbers;
  try {
    numbers = JSON.parse(text);
  } catch {
    throw new Refusal(400, "expected JSON");
  }
  if (!Array.isArray(numbers) || numbers.some((number) => typeof number !== "number"))
    throw new Refusal(400, `expected an array of ${inputSize} numbers`);
  return Float32Array.from(numbers);
}

try {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  console.log(`http://127.0.0.1:${server.address().port}/sessions`);
} catch (error) {
  console.error(error.message); // no port, or one that is taken, or not ours to take
  process.exitCode = 1;
}
