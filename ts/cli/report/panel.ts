// A picture with its name above it, and what holds for all whose time runs to the right.

import { type Content, type Html, html } from "./html.js";

/** @param turn the share of the time after which an answer is asked for */
export function panel(name: Content, picture: Html, turn?: number): Html {
  const marked = turn === undefined ? "" : html` style="--turn:${Number((100 * turn).toFixed(2))}%"`;
  return html`<figure class="panel"><figcaption>${name}</figcaption><div class="${turn === undefined ? "" : "turns"}"${marked}>${picture}</div></figure>`;
}

export function section(id: string, title: string, ...content: readonly Content[]): Html {
  return html`<section id="${id}"><h2>${title}</h2>
${content}
</section>
`;
}
