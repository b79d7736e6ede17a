// npm run bench -- write: draws the charts of bench/results and puts the tables where pages have a place for them:
//   <!-- results NAME --> … <!-- end of results -->
// A place whose file is not there stays as it is.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "../scripts/process.mjs";
import { chart } from "./chart.mjs";
import { growthMarkdown } from "./growth-tables.mjs";
import { otherRows, speedRows } from "./kernels-tables.mjs";
import { conditions, markdown, markdownTable } from "./report.mjs";
import { pageRows, recomputeRows, stagesRows, workersRows } from "./ways-tables.mjs";

const folder = join(root, "bench/results");
const pages = ["README.md", "bench/README.md", "demo/README.md"];

const read = (/** @type {string} */ name) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));

export function write() {
  const names = existsSync(folder)
    ? readdirSync(folder).flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -5)] : []))
    : [];
  for (const name of names) if (name.startsWith("node-")) writeFileSync(join(folder, `${name}.svg`), chart(read(name)));
  for (const page of pages) {
    const file = join(root, page);
    const text = readFileSync(file, "utf8").replace(
      /(<!-- results (\S+) -->\n).*?(<!-- end of results -->)/gs,
      (place, start, name, end) => {
        if (!names.includes(name)) return place;
        return `${start}\n${section(name, dirname(file))}\n\n${end}`;
      },
    );
    writeFileSync(file, text);
    process.stdout.write(`written: ${page}\n`);
  }
}

/** What a page shows of a file of results. */
function section(/** @type {string} */ name, /** @type {string} */ from) {
  const report = read(name);
  const under = (/** @type {string} */ tables) => `${tables}\n\n${conditions(report, [report.versions])}.`;
  if (name === "growth") return under(growthMarkdown(report));
  if (name === "workers") return under(markdownTable(workersRows(report.results)));
  if (name === "recompute") return under(markdownTable(recomputeRows(report.results)));
  if (name === "page") return under(markdownTable(pageRows(report)));
  if (name === "stages") return under(markdownTable(stagesRows(report.results)));
  if (name === "kernels")
    return under(`${markdownTable(speedRows(report.speed))}\n\n${markdownTable(otherRows(report))}`);
  const picture = relative(from, join(folder, `${name}.svg`)).replaceAll("\\", "/");
  const alternative = "CPU time of every contestant on every workload, as a multiple of this package's";
  return `![${alternative}](${picture})\n\n${markdown(report)}`;
}
