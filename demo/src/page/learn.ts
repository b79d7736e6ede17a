/** Training: its controls, and how it goes. */
import { byId } from "../dom.js";
import { count, duration, figures } from "../format.js";
import type { Progress } from "../protocol.js";
import { tasks } from "../settings.js";
import { CurvePlot } from "./curve-plot.js";
import type { Link } from "./link.js";

export class Learn {
  readonly #curve = new CurvePlot(byId("curve"));
  readonly #start = byId<HTMLButtonElement>("start");
  #training = false;
  /** Whether the task's loss can come to 0. */
  #solvable = true;

  /** @param reset starts the same settings anew */
  constructor(link: Link, reset: () => void) {
    this.#start.addEventListener("click", () => link.send({ kind: this.#training ? "pause" : "start" }));
    byId("step").addEventListener("click", () => link.send({ kind: "step" }));
    byId("reset").addEventListener("click", reset);
    link.on("progress", (progress) => this.#show(progress));
    link.on("opened", ({ settings }) => {
      this.#solvable = tasks[settings.task].solvedBelow !== null;
      for (const id of ["start", "step", "reset", "save"]) byId<HTMLButtonElement>(id).disabled = false;
    });
    link.on("failed", ({ during }) => {
      if (during === "start") this.#setTraining(false);
    });
    // What is trained survives the page: it is kept now and then, at every pause, and when the page may be about to go.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") link.send({ kind: "keep" });
    });
  }

  #show({ training, sequences, bitsPerSequence, sequencesPerSecond, seconds, solved, whole, curve }: Progress): void {
    this.#setTraining(training);
    say("bits", bitsPerSequence === null ? "–" : figures(bitsPerSequence));
    // Of a machine that came trained, and without a word of it, the page knows what it learns here.
    say("sequences", sequences > 0 || whole ? count(sequences) : "–");
    say("rate", sequencesPerSecond === null ? "–" : count(sequencesPerSecond));
    say("time", duration(seconds));
    say(
      "solved",
      solved
        ? `in ${duration(solved.seconds)}, ${count(solved.sequences)} sequences`
        : this.#solvable && whole
          ? "not yet"
          : "–",
    );
    this.#curve.show(curve);
  }

  #setTraining(training: boolean): void {
    this.#training = training;
    this.#start.textContent = training ? "Pause" : "Start";
    document.documentElement.toggleAttribute("data-training", training);
  }
}

function say(id: string, text: string): void {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
}
