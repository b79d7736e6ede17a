// What typedoc does not do by itself: names of guides, links to folders, the way to the page, a landmark around what it is
// about, and room for wide tables.
import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Converter, PageEvent } from "typedoc";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const host = repository.url.replace(/^git\+|\.git$/g, "");

/** Where scripts/docs.mjs puts the page. */
const PAGE = "demo/index.html";

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const file = document.project.files.getReflectionPath(document) ?? "";
    // A guide is called what its first line says, and not by its file.
    const heading = /^# (.+)\n/.exec(document.content[0]?.text ?? "");
    if (!heading?.[1]) throw new Error(`${file}: expected a heading in the first line`);
    document.name = heading[1];
    // A file is copied into the site; a folder is looked at where the repository is.
    document.content = document.content.map((part) => {
      if (part.kind !== "relative-link") return part;
      const path = join(dirname(file), part.text);
      const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
      return isFolder ? { kind: "text", text: `${host}/tree/main/${relative(root, path)}` } : part;
    });
  });

  app.renderer.on(PageEvent.END, (page) => {
    const link = `<a href="${app.renderer.router?.baseRelativeUrl(page.model, PAGE)}">Demo</a>`;
    page.contents = page.contents
      ?.replace('<div id="tsd-toolbar-links">', `$&${link}`)
      .replace('<div class="col-content">', '<div class="col-content" role="main">')
      .replaceAll("<table>", '<div class="table" tabindex="0"><table>')
      .replaceAll("</table>", "</table></div>");
  });
}
