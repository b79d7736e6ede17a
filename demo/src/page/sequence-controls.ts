/** Which sequence is watched, on how many memory rows, and with which heads. */
import type { NTMConfig } from "neural-turing-machine";
import { byId, element } from "../dom.js";
import type { Sequence, Watched } from "../protocol.js";
import { type Field, type Settings, type TaskName, tasks } from "../settings.js";
import { firstSizes, mostRows } from "../view.js";
import { PatternEditor } from "./pattern-editor.js";
import { numberInput } from "./settings-form.js";

/** The longest that the paper asks of a machine that learned to copy 20 vectors. */
const farLonger = 120;

export class SequenceControls {
  readonly #changed: (watched: Watched) => void;
  readonly #place = byId("sequence");
  readonly #pattern: PatternEditor;
  #task: TaskName = "copy";
  #config: NTMConfig | undefined;
  #sizes: Record<string, number> = {};
  #seed = 1;
  #drawing = false;
  #rows: number | null = null;
  #off: readonly number[] = [];

  /** @param changed hears of what is to be watched now */
  constructor(changed: (watched: Watched) => void) {
    this.#changed = changed;
    this.#pattern = new PatternEditor(byId("pattern"), () => this.#tell());
  }

  /** Another machine: what can be asked of it, and its first sequence, unless it is `watched`. */
  open(config: NTMConfig, settings: Settings, watched?: Watched): void {
    const { task } = settings;
    this.#sizes = firstSizes(settings, task === this.#task ? this.#sizes : {});
    this.#task = task;
    this.#config = config;
    this.#rows = watched?.rows ?? null;
    this.#off = watched?.off ?? [];
    if (task !== "copy") this.#drawing = false;
    this.#pattern.bits = config.outputSize;
    if (watched) this.#sequence = watched.sequence;
    this.#show();
    this.#tell();
  }

  set #sequence(sequence: Sequence) {
    this.#drawing = sequence.kind === "pattern";
    if (sequence.kind === "pattern") this.#pattern.vectors = sequence.vectors;
    else {
      this.#sizes = { ...sequence.sizes };
      this.#seed = sequence.seed;
    }
  }

  #tell(): void {
    const sequence: Sequence = this.#drawing
      ? { kind: "pattern", vectors: this.#pattern.vectors }
      : { kind: "drawn", seed: this.#seed, sizes: this.#sizes };
    this.#changed({ sequence, rows: this.#rows, off: this.#off });
  }

  #change(change: () => void): void {
    change();
    this.#show();
    this.#tell();
  }

  #show(): void {
    const config = this.#config;
    if (!config) return;
    const focused = document.activeElement?.id;
    byId("pattern").hidden = !this.#drawing;
    const sizes = tasks[this.#task].sizes.map(
      (field) =>
        numberInput({ ...field, name: `size-${field.name}` }, this.#sizes[field.name] ?? field.initial, (value) =>
          this.#change(() => {
            this.#sizes = { ...this.#sizes, [field.name]: value };
          }),
        ).label,
    );
    const another = element(
      "button",
      { type: "button", id: "another", onclick: () => this.#change(() => this.#seed++) },
      "Another",
    );
    const copying =
      this.#task === "copy"
        ? [
            element(
              "button",
              {
                type: "button",
                id: "far-longer",
                onclick: () =>
                  this.#change(() => {
                    this.#drawing = false;
                    this.#sizes = { length: farLonger };
                  }),
              },
              `${farLonger} vectors`,
            ),
            element(
              "button",
              {
                type: "button",
                id: "draw",
                "aria-pressed": String(this.#drawing),
                onclick: () => this.#change(() => (this.#drawing = !this.#drawing)),
              },
              "Draw your own",
            ),
          ]
        : [];
    this.#place.replaceChildren(
      ...(this.#drawing ? [] : [...sizes, another]),
      ...copying,
      ...this.#machineControls(config),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  #machineControls({ readHeads, writeHeads, memory }: NTMConfig): HTMLElement[] {
    if (readHeads + writeHeads === 0) return [];
    const heads = Array.from({ length: readHeads + writeHeads }, (_, head) => {
      const write = head >= readHeads;
      const [index, count] = write ? [head - readHeads, writeHeads] : [head, readHeads];
      const name = `${write ? "write" : "read"} head${count > 1 ? ` ${index + 1}` : ""}`;
      const box = element("input", {
        type: "checkbox",
        id: `head-${head}`,
        checked: !this.#off.includes(head),
        onchange: () =>
          this.#change(() => {
            this.#off = box.checked ? this.#off.filter((other) => other !== head) : [...this.#off, head];
          }),
      });
      return element("label", { class: write ? "switch write" : "switch read" }, box, name);
    });
    const field: Field = { name: "watch-rows", label: "memory rows", least: 1, most: mostRows, initial: memory.rows };
    const rows = numberInput(field, this.#rows ?? memory.rows, (value) =>
      this.#change(() => {
        this.#rows = value === memory.rows ? null : value;
      }),
    );
    const ownRows = memory.init === "constant" ? [rows.label] : [];
    return [
      element("span", { class: "gap" }),
      ...ownRows,
      element("span", { class: "heads", role: "group", "aria-label": "Heads switched on" }, ...heads),
    ];
  }
}
