/** Watching one sequence: what is looked at, and everything that shows it. */
import type { NTMConfig } from "neural-turing-machine";
import { type RowsInUse, rowsInWords } from "../../../ts/cli/picture/rows-in-use.js";
import { inFull } from "../address.js";
import { byId, element } from "../dom.js";
import { count, counted } from "../format.js";
import type { Recall, Watched } from "../protocol.js";
import { type Settings, tasks } from "../settings.js";
import { fragmentOf, readFragment } from "../view.js";
import type { Link } from "./link.js";
import { MemoryView } from "./memory-view.js";
import { Moment, rowsToShow, whole } from "./moment.js";
import { narrate } from "./narration.js";
import { SequenceControls } from "./sequence-controls.js";
import { StagesView } from "./stages-view.js";
import { TimeStack } from "./time-stack.js";
import { TransferView } from "./transfer-view.js";
import { Transport } from "./transport.js";
import { clearTrouble, showTrouble } from "./trouble.js";

/** Milliseconds for which nobody moves on before the address says where: browsers bear only so many changes of it. */
const settled = 300;

/** No link. */
const nothing = { query: "", fragment: "", complaints: [] as readonly string[] };

/** The machine that is watched. */
interface Opened {
  readonly query: string;
  readonly opening: number;
  readonly config: NTMConfig;
  readonly settings: Settings;
}

export class Watch {
  readonly #controls: SequenceControls;
  readonly #stack = new TimeStack(byId("time-stack"), byId("legend"), (step) => {
    this.#transport.stop();
    this.#look({ step });
  });
  readonly #transport = new Transport((step) => this.#look({ step }));
  readonly #memory = new MemoryView(byId("memory"), (all) => {
    this.#allRows = all;
    if (this.#moment) this.#show(this.#moment.recall);
  });
  readonly #stages = new StagesView(byId("stages"));
  readonly #transfer = new TransferView(byId("transfer"));
  readonly #link: Link;
  #watched: Watched | undefined;
  #asked = "";
  #opened: Opened | undefined;
  #moment: Moment | undefined;
  /** What was chosen: unless somebody has, they are as suits the sequence. */
  #step: number | undefined;
  #head: number | undefined;
  #rows: RowsInUse | undefined;
  #allRows = false;
  #headsShown = "";
  #frame = 0;
  #saying: ReturnType<typeof setTimeout> | undefined;
  #expected = nothing;
  /** Whether the machine that is open has been seen at work. */
  #isSeen = false;
  /** Whether the trouble that is shown is a link's. */
  #complained = false;

  constructor(link: Link) {
    this.#link = link;
    this.#controls = new SequenceControls((watched) => this.#ask(watched));
    link.on("opened", (opened) => {
      const before = this.#opened?.config;
      this.#opened = opened;
      this.#rows = undefined;
      this.#isSeen = this.#complained = false;
      const { query, fragment, complaints } = this.#expected;
      this.#expected = nothing;
      if (opened.query === query) return this.#follow(fragment, opened, complaints);
      // A number of other heads is another head.
      const { readHeads, writeHeads } = opened.config;
      if (readHeads !== before?.readHeads || writeHeads !== before.writeHeads) this.#head = undefined;
      this.#controls.open(opened.config, opened.settings);
    });
    addEventListener("hashchange", () => {
      if (this.#opened && this.#isAddressed(this.#opened)) this.#follow(location.hash, this.#opened);
      else this.#expected = { ...this.#expected, fragment: location.hash };
    });
    link.on("recalled", ({ recall }) => {
      // What was asked for before is on its way still, and nobody wants it.
      if (JSON.stringify(recall.watched) === this.#asked) this.#show(recall);
    });
  }

  /** Of the machine of this query, which is asked for, what the fragment says will be looked at; of the query there are these complaints. */
  expect(query: string, fragment: string, complaints: readonly string[]): void {
    this.#expected = { query, fragment, complaints };
  }

  /** Where nothing is seen of a machine that was opened, what is seen of it without a link. Whether that is so. */
  beginAgain(): boolean {
    if (this.#isSeen || !this.#opened) return false;
    const { config, settings } = this.#opened;
    this.#isSeen = true;
    this.#controls.open(config, settings, readFragment("", settings, config).view.watched);
    return true;
  }

  /** Whether the address speaks of that machine, and not of one that is yet to be opened. */
  #isAddressed({ query }: Opened): boolean {
    return inFull(location.search) === query;
  }

  /** Shows what a link's fragment says. */
  #follow(fragment: string, { config, settings }: Opened, ofQuery: readonly string[] = []): void {
    const { view, complaints } = readFragment(fragment, settings, config);
    this.#transport.stop();
    this.#step = view.step;
    this.#head = view.head;
    this.#controls.open(config, settings, view.watched);
    const all = [...ofQuery, ...complaints];
    if (all.length > 0) showTrouble(`The link asks for what cannot be. ${all.join("; ")}.`);
    else if (this.#complained) clearTrouble();
    this.#complained = all.length > 0;
  }

  #ask(watched: Watched): void {
    if (!this.#opened) return;
    this.#watched = watched;
    this.#asked = JSON.stringify(watched);
    this.#link.send({ kind: "watch", opening: this.#opened.opening, watched });
    this.#sayLater();
  }

  #sayLater(): void {
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => this.say(), settled);
  }

  /** The address says what is looked at. */
  say(): void {
    clearTimeout(this.#saying);
    if (!this.#opened || !this.#watched || !this.#isAddressed(this.#opened)) return;
    const fragment = fragmentOf({ watched: this.#watched, step: this.#step, head: this.#head }, this.#opened.settings);
    if (fragment !== location.hash.slice(1))
      history.replaceState(null, "", fragment ? `#${fragment}` : location.search);
  }

  #show(recall: Recall): void {
    this.#rows = this.#allRows ? whole(recall.rows) : rowsToShow(recall, this.#rows);
    const [step, head] = [this.#step ?? Math.floor(recall.steps / 4), this.#head ?? recall.readHeads];
    this.#moment = new Moment(recall, step, head, this.#rows);
    this.#isSeen = true;
    this.#choose();
    byId("verdict").textContent = verdict(recall, tasks[this.#task].solvedBelow === null);
    byId("head").hidden = this.#moment.heads === 0;
    this.#showHeads(this.#moment);
    this.#stack.show(this.#moment);
    this.#transport.show(this.#moment.step, recall.steps);
    this.#showMoment();
  }

  get #task() {
    return this.#opened?.settings.task ?? "copy";
  }

  /** A step that was chosen is one that there is. */
  #choose(): void {
    if (this.#step === undefined || this.#step === this.#moment?.step) return;
    this.#step = this.#moment?.step;
    this.#sayLater();
  }

  /** Another step or head of the same sequence. */
  #look({ step = this.#step, head = this.#head }: { step?: number; head?: number }): void {
    if (!this.#moment) return;
    [this.#step, this.#head] = [step, head];
    const { recall, rows } = this.#moment;
    this.#moment = new Moment(recall, step ?? this.#moment.step, head ?? this.#moment.head, rows);
    this.#stack.showStep(this.#moment);
    this.#transport.show(this.#moment.step, recall.steps);
    this.#frame ||= requestAnimationFrame(() => this.#showMoment());
    this.#sayLater();
  }

  #showMoment(): void {
    this.#frame = 0;
    if (!this.#moment) return;
    const { recall, rows, step } = this.#moment;
    this.#memory.show(this.#moment);
    this.#stages.show(this.#moment);
    this.#transfer.show(this.#moment);
    byId("head-rows").textContent =
      `The ${this.#moment.nameOf()} at step ${step + 1} of ${recall.steps}, over memory rows ${rowsInWords(rows, recall.rows)} of ${recall.rows}.${this.#moment.isOff() ? ` It is ${this.#moment.offWords()}.` : ""}`;
    byId("narration").textContent = narrate(this.#moment, this.#task);
  }

  #showHeads(moment: Moment): void {
    const { readHeads, writeHeads } = moment.recall;
    const shown = `${readHeads}, ${writeHeads}`;
    if (shown === this.#headsShown) return;
    this.#headsShown = shown;
    const heads = [...Array(moment.heads).keys()].sort((a, b) => Number(b >= readHeads) - Number(a >= readHeads));
    byId("head-choice").replaceChildren(
      element(
        "fieldset",
        {},
        element("legend", { class: "unseen" }, "Head"),
        ...heads.map((head) =>
          element(
            "label",
            { class: `choice ${moment.isWrite(head) ? "write" : "read"}` },
            element("input", {
              type: "radio",
              name: "head",
              value: head,
              checked: head === moment.head,
              onchange: () => this.#look({ head }),
            }),
            moment.nameOf(head),
          ),
        ),
      ),
    );
  }
}

/**
 * How the sequence was answered.
 *
 * @param byChance whether the targets are drawn by chance, so that no machine foretells them all
 */
function verdict({ output, target, mask, outputs, steps, step }: Recall, byChance: boolean): string {
  let [wrong, all] = [0, 0];
  for (let t = 0; t < steps; t++) {
    if ((mask[t] ?? 0) === 0) continue;
    for (let i = t * outputs; i < (t + 1) * outputs; i++) {
      all++;
      if ((output[i] ?? 0) > 0.5 !== (target[i] ?? 0) > 0.5) wrong++;
    }
  }
  // A file without the state of training does not say how long its machine has learned.
  const after = step === 0 ? "" : `, after ${counted(step, "update")}`;
  if (byChance)
    return (
      `${count(all - wrong)} of ${counted(all, "bit")} foretold right${after}. ` +
      "They are drawn by chance: nobody could foretell them all."
    );
  return wrong === 0
    ? `All ${counted(all, "bit")} right${after}.`
    : `${count(wrong)} of ${counted(all, "bit")} wrong${after}.`;
}
