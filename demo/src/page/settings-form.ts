/** The form of the settings: the task and the controller in front, sizes and the rest behind. */
import { byId, element } from "../dom.js";
import {
  controllers,
  type Field,
  inRange,
  machineFields,
  optimizers,
  rangeOf,
  type Settings,
  taskNames,
  tasks,
  withController,
  withOptimizer,
  withTask,
} from "../settings.js";

const words: Readonly<Record<string, string>> = {
  lstm: "LSTM",
  feedforward: "feedforward",
  rmsprop: "RMSProp",
  adam: "Adam",
};

export class SettingsForm {
  readonly #form: HTMLFormElement;
  readonly #changed: (settings: Settings) => void;
  #open = false;

  /** @param changed hears of settings that are all in range */
  constructor(form: HTMLFormElement, changed: (settings: Settings) => void) {
    this.#form = form;
    this.#changed = changed;
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  show(settings: Settings): void {
    const change = (part: Partial<Settings>) => this.#changed({ ...settings, ...part });
    const taskFields = tasks[settings.task].options;
    const focused = this.#form.contains(document.activeElement) ? document.activeElement?.id : undefined;
    this.#form.replaceChildren(
      select(
        "task",
        "Task",
        taskNames,
        settings.task,
        (name) => tasks[name].title,
        (task) => this.#changed(withTask(settings, task)),
      ),
      select(
        "controller",
        "Controller",
        controllers,
        settings.controller,
        (name) => words[name] ?? name,
        (controller) => this.#changed(withController(settings, controller)),
      ),
      element(
        "details",
        { open: this.#open, ontoggle: (event: Event) => (this.#open = (event.target as HTMLDetailsElement).open) },
        element("summary", {}, "Sizes, rate, seed"),
        element(
          "div",
          { class: "fields" },
          ...taskFields.map((field) =>
            numberInput(field, settings.taskOptions[field.name] ?? field.initial, (value) =>
              change({ taskOptions: { ...settings.taskOptions, [field.name]: value } }),
            ),
          ),
          ...machineFields.map((field) =>
            numberInput(field, settings[field.name as keyof Settings] as number, (value) =>
              change({ [field.name]: value }),
            ),
          ),
          select(
            "optimizer",
            "optimiser",
            optimizers,
            settings.optimizer,
            (name) => words[name] ?? name,
            (optimizer) => this.#changed(withOptimizer(settings, optimizer)),
          ),
        ),
      ),
    );
    byId("task-words").textContent = tasks[settings.task].words;
    if (focused) document.getElementById(focused)?.focus();
  }
}

function select<T extends string>(
  name: string,
  label: string,
  values: readonly T[],
  value: T,
  title: (value: T) => string,
  changed: (value: T) => void,
): HTMLElement {
  const made = element(
    "select",
    { id: `setting-${name}`, onchange: () => changed(made.value as T) },
    ...values.map((each) => element("option", { value: each, selected: each === value }, title(each))),
  );
  return element("label", { class: "field" }, element("span", {}, label), made);
}

/** A number that is only heard of when it is in range; else the field says what it may be. */
export function numberInput(field: Field, value: number, changed: (value: number) => void): HTMLElement {
  const input = element("input", {
    id: `setting-${field.name}`,
    type: "number",
    inputmode: field.real ? "decimal" : "numeric",
    min: field.least,
    max: field.most,
    step: field.real ? "any" : 1,
    value,
    onchange: () => {
      const next = inRange(field, input.value);
      input.setCustomValidity(next === undefined ? `Expected ${rangeOf(field)}.` : "");
      if (next === undefined) input.reportValidity();
      else if (next !== value) changed(next);
    },
  });
  return element("label", { class: "field" }, element("span", {}, field.label), input);
}
