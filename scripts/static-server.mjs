// A server of static files, for tests in browsers.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

/** @type {Readonly<Record<string, string>>} */
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** @typedef {{ readonly url: string, close(): void }} Site */

/**
 * Serves a folder on a free port of this machine.
 * @param {string} folder
 * @param {{ at?: string, headers?: Readonly<Record<string, string>> }} [options] `at`: the path that the folder has on the server
 * @returns {Promise<Site>}
 */
export async function serve(folder, { at = "/", headers = {} } = {}) {
  const server = createServer(async ({ url = "" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const file = pathname === at ? "index.html" : normalize(pathname.slice(at.length));
    try {
      if (!pathname.startsWith(at) || file.startsWith("..")) throw new Error("outside");
      const bytes = await readFile(join(folder, file));
      const type = types[extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { ...headers, "content-type": type }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}${at}`, close: () => void server.close() };
}
