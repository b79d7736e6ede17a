/** Checkpoints in and out: dropped, chosen, saved. */
import { byId, element } from "../dom.js";
import { showTrouble } from "./trouble.js";

/** No machine of this page's sizes makes a larger file. */
const largest = 512 * 2 ** 20;

/** @param load takes a file's bytes */
export function acceptFiles(load: (bytes: ArrayBuffer, name: string) => void): void {
  const input = byId<HTMLInputElement>("file");
  byId("choose-file").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    input.value = "";
    if (file) void read(file, load);
  });

  const curtain = byId("drop");
  const carriesFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    curtain.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) curtain.hidden = true;
  });
  addEventListener("drop", (event) => {
    curtain.hidden = true;
    if (!carriesFile(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) void read(file, load);
  });
}

async function read(file: File, load: (bytes: ArrayBuffer, name: string) => void): Promise<void> {
  if (file.size > largest) return showTrouble(`${file.name} is no checkpoint of this page: it is larger than 512 MiB.`);
  try {
    load(await file.arrayBuffer(), file.name);
  } catch (error) {
    showTrouble(`${file.name} could not be read: ${(error as Error).message}`);
  }
}

/** Hands bytes to the browser's downloads. */
export function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  element("a", { href: url, download: name }).click();
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
