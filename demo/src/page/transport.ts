/** Going through the time steps: by a slider, or played. */
import { byId } from "../dom.js";

/** Milliseconds a step, and for a whole sequence if that is less. */
const slowest = 350;
const whole = 9000;
const fastest = 50;

export class Transport {
  readonly #choose: (step: number) => void;
  readonly #slider = byId<HTMLInputElement>("scrubber");
  readonly #play = byId("play");
  #step = 0;
  #steps = 1;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param choose hears of the step that is to be looked at */
  constructor(choose: (step: number) => void) {
    this.#choose = choose;
    this.#slider.addEventListener("input", () => {
      this.stop();
      choose(Number(this.#slider.value));
    });
    this.#play.addEventListener("click", () => {
      if (this.#timer) this.stop();
      else this.#start();
    });
  }

  show(step: number, steps: number): void {
    this.#step = step;
    this.#steps = steps;
    this.#slider.max = String(steps - 1);
    this.#slider.value = String(step);
    const words = `step ${step + 1} of ${steps}`;
    this.#slider.setAttribute("aria-valuetext", words);
    byId("step-now").textContent = words;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#play.textContent = "Play";
  }

  #start(): void {
    if (this.#step >= this.#steps - 1) this.#choose(0);
    this.#timer = setInterval(
      () => {
        if (this.#step >= this.#steps - 1) this.stop();
        else this.#choose(this.#step + 1);
      },
      Math.max(fastest, Math.min(slowest, whole / this.#steps)),
    );
    this.#play.textContent = "Stop";
  }
}
