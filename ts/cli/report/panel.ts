// A picture with its name above it, where its time turns from the question to the answer, and what its columns and rows are.

import { scaleLinear } from "d3-scale";
import { count } from "../format.js";
import { type Content, type Html, html } from "./html.js";

export interface Scales {
  /** The share of the time after which an answer is asked for. */
  readonly turn?: number | undefined;
  /** Numbers of steps below: a column is one of so many, the first is 1. */
  readonly steps?: number;
  /** Numbers of rows beside it: the first and the last. */
  readonly rows?: { readonly first: number; readonly last: number };
}

export function panel(name: Content, picture: Html, { turn, steps, rows }: Scales = {}): Html {
  const marked = turn === undefined ? "" : html` style="--turn:${percent(turn)}"`;
  return html`<figure class="panel"><figcaption>${name}</figcaption><div class="${turn === undefined ? "plot" : "plot turns"}"${marked}>${picture}${
    rows && rowsOf(rows)
  }</div>${steps !== undefined && stepsOf(steps)}</figure>`;
}

function rowsOf({ first, last }: NonNullable<Scales["rows"]>): Html {
  return html`<div class="rows" aria-hidden="true"><span>${first}</span>${last !== first && html`<span>${last}</span>`}</div>`;
}

/** Round numbers, each below the middle of its column. */
function stepsOf(steps: number): Html {
  const ticks = scaleLinear().domain([1, steps]).ticks(4).filter(Number.isInteger);
  return html`<div class="steps" aria-hidden="true">${ticks.map(
    (step) => html`<span style="left:${percent((step - 0.5) / steps)}">${count(step)}</span>`,
  )}</div>`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))}%`;
}

export function section(id: string, title: string, ...content: readonly Content[]): Html {
  return html`<section id="${id}"><h2>${title}</h2>
${content}
</section>
`;
}
