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
  readonly #changed: (settings: Settings) => void;
  readonly #taskFields = element("div", { class: "fields" });
  readonly #selects: Readonly<Record<"task" | "controller" | "optimizer", HTMLSelectElement>>;
  readonly #numbers: readonly (readonly [name: keyof Settings, input: HTMLInputElement])[];
  #settings: Settings | undefined;

  /** @param changed hears of settings that are all in range */
  constructor(form: HTMLFormElement, changed: (settings: Settings) => void) {
    this.#changed = changed;
    form.addEventListener("submit", (event) => event.preventDefault());
    const task = select("task", "Task", taskNames, (name) => tasks[name].title, this.#change(withTask));
    const titles = (name: string) => words[name] ?? name;
    const controller = select("controller", "Controller", controllers, titles, this.#change(withController));
    const optimizer = select("optimizer", "optimiser", optimizers, titles, this.#change(withOptimizer));
    const numbers = machineFields.map((field) =>
      numberInput(
        field,
        field.initial,
        this.#change((settings, value) => ({ ...settings, [field.name]: value })),
      ),
    );
    this.#selects = { task: task.control, controller: controller.control, optimizer: optimizer.control };
    this.#numbers = numbers.map(({ control }, index) => [machineFields[index]?.name as keyof Settings, control]);
    form.replaceChildren(
      task.label,
      controller.label,
      element(
        "details",
        {},
        element("summary", {}, "Sizes, rate, seed"),
        element("div", { class: "fields" }, this.#taskFields, ...numbers.map(({ label }) => label), optimizer.label),
      ),
    );
  }

  /** What has the focus stays: who goes through a list by its keys is not at another place of it, or nowhere, in the midst of that. */
  show(settings: Settings): void {
    const before = this.#settings;
    this.#settings = settings;
    for (const [name, control] of Object.entries(this.#selects)) control.value = settings[name as "task"];
    for (const [name, control] of this.#numbers) setNumber(control, settings[name] as number);
    const fields = tasks[settings.task].options;
    const values = fields.map(({ name, initial }) => settings.taskOptions[name] ?? initial);
    if (before?.task !== settings.task)
      this.#taskFields.replaceChildren(
        ...fields.map((field, index) => {
          const changed = this.#change((settings, value: number) => ({
            ...settings,
            taskOptions: { ...settings.taskOptions, [field.name]: value },
          }));
          return numberInput(field, values[index] as number, changed).label;
        }),
      );
    else
      for (const [index, control] of this.#taskFields.querySelectorAll("input").entries())
        setNumber(control, values[index] as number);
    byId("task-words").textContent = tasks[settings.task].words;
  }

  #change<T>(change: (settings: Settings, value: T) => Settings): (value: T) => void {
    return (value) => {
      if (this.#settings) this.#changed(change(this.#settings, value));
    };
  }
}

/** What is entered or chosen, with its label around it. */
interface Labelled<T extends HTMLElement> {
  readonly label: HTMLElement;
  readonly control: T;
}

function select<T extends string>(
  name: string,
  label: string,
  values: readonly T[],
  title: (value: T) => string,
  changed: (value: T) => void,
): Labelled<HTMLSelectElement> {
  const control = element(
    "select",
    { id: `setting-${name}`, onchange: () => changed(control.value as T) },
    ...values.map((each) => element("option", { value: each }, title(each))),
  );
  return { label: element("label", { class: "field" }, element("span", {}, label), control), control };
}

/** A number that is only heard of when it is in range; else the field says what it may be. */
export function numberInput(field: Field, value: number, changed: (value: number) => void): Labelled<HTMLInputElement> {
  const id = `setting-${field.name}`;
  const control = element("input", {
    id,
    type: "number",
    "aria-describedby": `${id}-wrong`,
    inputmode: field.real ? "decimal" : "numeric",
    min: field.least,
    max: field.most,
    step: field.real ? "any" : 1,
    value,
    onchange: () => {
      const next = inRange(field, control.value);
      complain(control, next === undefined ? `Expected ${rangeOf(field)}.` : "");
      if (next !== undefined && next !== Number(control.defaultValue)) changed(next);
    },
  });
  const label = element("label", { class: "field" }, element("span", {}, field.label), control);
  const wrong = element("p", { id: `${id}-wrong`, class: "wrong", role: "alert", hidden: true });
  return { label: element("div", { class: "field" }, label, wrong), control };
}

/** Says below a field what is wrong with it, until nothing is. */
function complain(control: HTMLInputElement, words: string): void {
  control.setCustomValidity(words);
  control.setAttribute("aria-invalid", String(words !== ""));
  const place = byId(`${control.id}-wrong`);
  place.textContent = words;
  place.hidden = words === "";
}

/** The machine's own number, in the place of what was typed. */
function setNumber(control: HTMLInputElement, value: number): void {
  control.defaultValue = String(value);
  control.value = String(value);
  complain(control, "");
}
