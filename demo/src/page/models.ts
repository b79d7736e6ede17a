/** The trained machines that were in `models/` when the page was built. */

const files = import.meta.glob<string>("../../../models/*.safetensors", {
  query: "?url",
  import: "default",
  eager: true,
});

export interface Model {
  /** The file's name. */
  readonly name: string;
  readonly url: string;
}

export const models: readonly Model[] = Object.entries(files).map(([path, url]) => ({
  name: path.slice(path.lastIndexOf("/") + 1),
  url,
}));
