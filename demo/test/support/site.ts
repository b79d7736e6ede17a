/** The built page on a server of static files, in a folder of it. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** Where vite has put the page. */
export const built = fileURLToPath(new URL("../../dist/", import.meta.url));

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};
const folder = "/some/folder/";

export interface Site {
  readonly url: string;
  close(): void;
}

export async function serve(): Promise<Site> {
  const server = createServer(async ({ url = "" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const file = pathname === folder ? "index.html" : normalize(pathname.slice(folder.length));
    try {
      if (!pathname.startsWith(folder) || file.startsWith("..")) throw new Error("outside");
      const bytes = await readFile(join(built, file));
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${folder}`, close: () => void server.close() };
}
