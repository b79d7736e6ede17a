/** What went wrong, said in the page. */
import { byId } from "../dom.js";

export function showTrouble(message: string): void {
  const place = byId("trouble");
  place.textContent = message;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}

export function clearTrouble(): void {
  byId("trouble").hidden = true;
}

/** What a failure means for whoever sees the page. */
export function explain(during: string, code: string, message: string): string {
  switch (code) {
    case "unsupported":
      return `This browser cannot run the machine: it needs WebAssembly with SIMD, as Chrome 91, Firefox 89 and Safari 16.4 and later have it. (${message})`;
    case "checkpoint":
      return `That file was not loaded, and the machine is as it was. ${message}`;
    case "memory":
      return `That does not fit into memory. ${message}`;
    case "non-finite":
      return `Training stopped at a number that is not finite; the machine is as it was before that update. A lower learning rate may help. ${message}`;
  }
  if (during === "keep")
    return `This browser does not keep the training for a later visit: save it as a file. (${message})`;
  return message;
}
