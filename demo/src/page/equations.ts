/** The equations that more than one figure speaks of, with the numbers of a moment in them. */
import { figures } from "../format.js";
import type { Moment } from "./moment.js";

/** So many write heads are written out; of more, those with the most weight. */
const mostWritten = 3;

/** Where a weight comes from: eq. 9. */
export function sharpening(moment: Moment, row: number, step = moment.step, head = moment.head): string {
  const [shifted, power] = [moment.weight("shifted", row, step, head), moment.scalar("sharpening", step, head)];
  return `w̃ᵞ / Σ w̃ᵞ = ${figures(shifted)} ^ ${figures(power)} / Σ`;
}

/** Where an entry of the memory comes from: eq. 3 and 4, all write heads together. */
export function writing(moment: Moment, row: number, column: number): string {
  const { readHeads, writeHeads } = moment.recall;
  const before = figures(moment.memory(row, column, moment.step - 1));
  if (writeHeads === 0) return `M′ = ${before}`;
  const heads = Array.from({ length: writeHeads }, (_, index) => {
    const head = readHeads + index;
    return {
      weight: moment.weight("weightings", row, moment.step, head),
      erase: moment.transfer("erase", column, head),
      add: moment.transfer("add", column, head),
    };
  });
  const most = heads.length > mostWritten ? heads.sort((a, b) => b.weight - a.weight).slice(0, mostWritten) : heads;
  const rest = heads.length > mostWritten ? ["…"] : [];
  const kept = most.map(({ weight, erase }) => `(1 − ${figures(weight)}·${figures(erase)})`);
  const added = most.map(({ weight, add }) => `${figures(weight)}·${figures(add)}`);
  const letters = writeHeads === 1 ? "M′·(1 − w·e) + w·a" : "M′·Πₕ(1 − wₕ·eₕ) + Σₕ wₕ·aₕ";
  return `${letters} = ${[before, ...kept, ...rest].join("·")} + ${[...added, ...rest].join(" + ")}`;
}

/** The letters of what a head emits, each of which has a part of p = W h + b. */
export type Emitted = "k" | "β" | "g" | "s" | "γ" | "e" | "a";

/** How the head's part of what the controller says becomes what it is. */
export function emission(letter: Emitted, { keyActivation, addActivation }: Moment["recall"]): string {
  switch (letter) {
    case "k":
      return keyActivation === "tanh" ? "k = tanh(pᵏ)" : "k = pᵏ";
    case "β":
      return "β = softplus(pᵝ)";
    case "g":
      return "g = σ(pᵍ)";
    case "s":
      return "s = softmax(pˢ)";
    case "γ":
      return "γ = 1 + softplus(pᵞ)";
    case "e":
      return "e = σ(pᵉ)";
    case "a":
      return addActivation === "tanh" ? "a = tanh(pᵃ)" : "a = pᵃ";
  }
}
