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

/**
 * What a failure means for whoever sees the page.
 *
 * @param instead what there is now: the machine as it was, or, where there was none, another
 */
export function explain(during: string, code: string, message: string, instead: string): string {
  if (during === "keep")
    return `This browser does not keep the training for a later visit: save it as a file. (${message})`;
  if (during === "restore") return `What this browser had kept of it cannot be read: it begins anew. (${message})`;
  switch (code) {
    case "unsupported":
      return `This browser cannot run the machine: it needs WebAssembly with SIMD, as Chrome 91, Firefox 89 and Safari 16.4 and later have it. (${message})`;
    case "checkpoint":
      return `That file was not loaded, and ${instead}. ${message}`;
    case "memory":
      return `That does not fit into memory. ${message}`;
    case "non-finite":
      return `Training stopped at a number that is not finite; the machine is as it was before that update. A lower learning rate may help. ${message}`;
  }
  return message;
}
