/** The built page on a server of static files, in a folder of it. */
import { fileURLToPath } from "node:url";
import { serve as serveFolder } from "../../../scripts/static-server.mjs";

export type { Site } from "../../../scripts/static-server.mjs";

/** Where vite has put the page. */
export const built = fileURLToPath(new URL("../../dist/", import.meta.url));

export const serve = () => serveFolder(built, { at: "/some/folder/" });
