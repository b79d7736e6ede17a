// What of the package an app carries that imports some of its names: bundled by rollup, as any bundler that leaves out what nothing uses.
import { join } from "node:path";
import { rollup } from "rollup";

/**
 * The JavaScript of an app that uses these exports of `neural-turing-machine/slim`.
 * @param {string} dist the package's
 * @param {readonly string[]} names
 */
export async function bundled(dist, names) {
  const app = join(dist, "app.js");
  const code = `import { ${names.join(", ")} } from "./slim.js"; console.log(${names.join(", ")});`;
  const bundle = await rollup({
    input: app,
    external: /^node:/,
    plugins: [{ name: "app", resolveId: (id) => (id === app ? id : null), load: (id) => (id === app ? code : null) }],
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  return output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("");
}
