// HTML as text: what is put into it is escaped, unless it is HTML itself. File names, a checkpoint's words, come from anywhere.

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Html | string | number | undefined | false | readonly Content[];

export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings.map((string, index) => string + textOf(values[index])).join(""));
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "string") return content.replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
  return typeof content === "number" ? String(content) : content.map(textOf).join("");
}
