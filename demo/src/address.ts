/** What the address bar asks for and says: a run by its settings, a shipped machine, or the visitor's own file. */
import { queryOf, readSettings, type Settings } from "./settings.js";

export type Address =
  /** Anybody's link to it gives the same run. `complaints` speak of what it asks for and cannot be. */
  | { readonly kind: "settings"; readonly settings: Settings; readonly complaints?: readonly string[] }
  /** Anybody's link to it gives the same machine. */
  | { readonly kind: "model"; readonly name: string }
  /** Only the browser that was given the file has it. */
  | { readonly kind: "file"; readonly name: string };

export function readAddress(search: string): Address {
  const query = new URLSearchParams(search);
  for (const kind of ["model", "file"] as const) {
    const name = query.get(kind);
    if (name !== null) return { kind, name };
  }
  return { kind: "settings", ...readSettings(query) };
}

/** The query that asks for the same and says all of it. */
export function inFull(search: string): string {
  return writeAddress(readAddress(search));
}

/** The query that says it, which is also what its training is kept under. */
export function writeAddress(address: Address): string {
  if (address.kind === "settings") return queryOf(address.settings);
  return new URLSearchParams({ [address.kind]: address.name }).toString();
}
