// What the place that we write to can show.

import ansis from "ansis";

export interface Terminal {
  /** A line can be drawn over. */
  readonly live: boolean;
  readonly columns: number;
  /** 0 none, 1 the sixteen of old, 2 a palette of 256, 3 all (NO_COLOR and FORCE_COLOR have had their say). */
  readonly colours: number;
  /** Block characters come out as blocks. */
  readonly unicode: boolean;
}

export function terminal(): Terminal {
  const { isTTY, columns } = process.stdout;
  return {
    live: isTTY && process.env["TERM"] !== "dumb",
    columns: isTTY && columns > 0 ? columns : 80,
    colours: ansis.level,
    unicode: unicode(process.env, process.platform),
  };
}

/** Where a locale is named and is not UTF-8, and on the bare Linux console, blocks would come out as question marks. */
function unicode(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (environment["TERM"] === "linux") return false;
  if (platform === "win32")
    return Boolean(environment["WT_SESSION"] ?? environment["TERM_PROGRAM"] ?? environment["TERM"]);
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "UTF-8";
  return /utf-?8/i.test(locale);
}
