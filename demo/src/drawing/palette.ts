/** The page's colours, as the style sheet has them now, and scales of them for numbers. */

type Colour = readonly [red: number, green: number, blue: number];

const names = ["cell", "ink", "quiet", "line", "read", "write", "negative", "wrong"] as const;
type ColourName = (typeof names)[number];

let colours: Readonly<Record<ColourName, Colour>> | undefined;
const watchers = new Set<() => void>();

for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"])
  matchMedia(query).addEventListener("change", () => {
    colours = undefined;
    for (const watcher of watchers) watcher();
  });

/** Tells of another palette: what was drawn in the old one is to be drawn again. */
export function onPalette(watcher: () => void): void {
  watchers.add(watcher);
}

export function colour(name: ColourName): Colour {
  colours ??= readColours();
  return colours[name];
}

export function css(name: ColourName, alpha = 1): string {
  return `rgb(${colour(name).join(" ")} / ${alpha})`;
}

/** The colour of a number: that of an empty cell at 0, `name` at 1; below 0 towards `negative` at -1. */
export function shade(name: ColourName, value: number): Colour {
  const [from, to] = [colour("cell"), colour(value < 0 ? "negative" : name)];
  const part = Math.min(1, Math.abs(value));
  return [0, 1, 2].map((i) => Math.round((from[i] as number) + ((to[i] as number) - (from[i] as number)) * part)) as [
    number,
    number,
    number,
  ];
}

function readColours(): Readonly<Record<ColourName, Colour>> {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    names.map((name) => {
      const hex = style.getPropertyValue(`--${name}`).trim();
      return [name, [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))];
    }),
  ) as unknown as Record<ColourName, Colour>;
}

export type { ColourName };
