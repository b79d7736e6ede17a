/** The trained machines that were in `models/` when the page was built. */

const files = import.meta.glob<string>("../../../models/*.safetensors", {
  query: "?url",
  import: "default",
  eager: true,
});

export interface Model {
  /** What it is called: the file's name without its ending. */
  readonly name: string;
  readonly file: string;
  readonly url: string;
}

export const models: readonly Model[] = Object.entries(files).map(([path, url]) => {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return { name: file.replace(/\.safetensors$/, ""), file, url };
});
