/** The page: its parts, and the link in the address bar that says which run they show. */
import { type Address, inFull, readAddress, writeAddress } from "../address.js";
import { byId, element } from "../dom.js";
import { queryOf, readSettings, type Settings } from "../settings.js";
import { acceptFiles, download } from "./files.js";
import { Learn } from "./learn.js";
import { Link } from "./link.js";
import { type Model, models } from "./models.js";
import { SettingsForm } from "./settings-form.js";
import { clearTrouble, explain, showTrouble } from "./trouble.js";
import { Watch } from "./watch.js";

/** What can be had without a link. */
const initial = readSettings(new URLSearchParams()).settings;
/** The machine's, or what is asked for. */
let settings: Settings = initial;
/** Whether there is a machine, or, where what was asked for could not be had, another was asked for instead. */
let isOpen = false;
/** The query of the machine that is shown. */
let shown: string | undefined;
/** How many machines have been asked for: an answer that comes from afar is for the last of them, or for nobody. */
let asked = 0;
/** The number of the last request for one that has gone to the worker. */
let opening = 0;
/** Whether the trouble that is shown is that a sequence could not be run. */
let isUnseen = false;

/** What the link in the address bar is good for. */
const linkWords: Readonly<Record<Address["kind"], string>> = {
  settings: "The link in the address bar reproduces this run to the bit.",
  model: "The link in the address bar opens it as it is shipped.",
  file: "No link can carry a file: to hand its machine on, save it.",
};
/** What it is good for beside a run that was begun with other presets than this version's. */
const supersededWords =
  "It was begun by another version of this page, with other values for what a link does not say: the link in the address bar, like Reset, begins another run. To hand this one on, save it.";

const link = new Link((message) =>
  showTrouble(`The machine runs in a module worker, which this browser could not start: ${message}.`),
);
const form = new SettingsForm(byId("settings"), (next) => open(next, false));
new Learn(link, () => open(settings, true));
const watch = new Watch(link);

link.on("opened", ({ opening: of, query, origin, name, superseded, settings: opened }) => {
  isOpen = true;
  const isAnother = shown !== undefined && shown !== query;
  shown = query;
  // Whoever has asked for another meanwhile goes on from that.
  if (of === opening) {
    settings = opened;
    form.show(opened);
    // Back leads to the machine that was shown before this one.
    if (isAnother && query !== inFull(location.search)) history.pushState(null, "", `?${query}`);
    else history.replaceState(null, "", `?${query}`);
  }
  watch.say();
  const { kind } = readAddress(query);
  const whose = name ? `The machine of ${name}` : origin === "kept" ? "This run" : "";
  const kept = origin === "kept" ? ", as this browser has kept it" : "";
  byId("origin").textContent = `${whose}${kept}${whose && ". "}${superseded ? supersededWords : linkWords[kind]}`;
  byId<HTMLButtonElement>("link").disabled = kind === "file";
  for (const { button, address } of modelButtons)
    button.setAttribute("aria-pressed", String(writeAddress(address) === query));
});
link.on("failed", ({ during, code, message }) => {
  const isWanting = (during === "open" || during === "load") && code !== "unsupported";
  const instead = isWanting && openInstead() ? "here is another machine" : "the machine is as it was";
  if (isWanting) sayShown();
  showTrouble(explain(during, code, message, instead));
  isUnseen = during === "watch" && !watch.beginAgain();
});
link.on("recalled", () => {
  if (isUnseen) clearTrouble();
  isUnseen = false;
});
link.on("learned", () =>
  showTrouble(
    "This training is over: its learning rate has fallen to 0, so that nothing more would be learned. Reset begins it anew.",
  ),
);
link.on("saved", ({ bytes, name }) => download(bytes, name));
byId("save").addEventListener("click", () => link.send({ kind: "save" }));
byId("link").addEventListener("click", () => void copyLink());
const modelButtons = showModels();
acceptFiles((bytes, name) => load({ kind: "file", name }, name, bytes, true));
begin();
addEventListener("popstate", () => {
  // What else is new in the address may be a fragment, of the same machine.
  if (inFull(location.search) !== shown) begin();
});

/** The address says what is shown, where what Back or Forward asked for could not be had. */
function sayShown(): void {
  if (shown === undefined || inFull(location.search) === shown) return;
  history.replaceState(null, "", `?${shown}`);
  watch.say();
}

/** What the address asks for. */
function begin(): void {
  const address = readAddress(location.search);
  const complaints = address.kind === "settings" ? (address.complaints ?? []) : [];
  watch.expect(writeAddress(address), location.hash, complaints);
  form.show(initial);
  if (address.kind === "settings") open(address.settings, false);
  else if (address.kind === "file") load(address, address.name, null, false);
  else {
    const model = models.find(({ name }) => name === address.name);
    if (model) return void loadModel(model, false);
    openInstead();
    const names = models.map(({ name }) => name).join(", ");
    showTrouble(`This page has no machine “${address.name.slice(0, 40)}”, only ${names}; here is a new one.`);
  }
}

/** An empty page is of no use to anybody: where there is no machine, the one that needs no link. Whether that is so. */
function openInstead(): boolean {
  if (isOpen) return false;
  isOpen = true;
  open(initial, false);
  return true;
}

function open(wanted: Settings, fresh: boolean): void {
  asked++;
  clearTrouble();
  // What a link cannot say, as a file may have had it, is not in a run that a link reproduces.
  settings = readSettings(new URLSearchParams(queryOf(wanted))).settings;
  form.show(settings);
  const query = writeAddress({ kind: "settings", settings });
  link.send({ kind: "open", opening: ++opening, query, settings, fresh });
}

/** @param file the name under which it is saved */
function load(address: Address, file: string, bytes: ArrayBuffer | null, fresh: boolean): void {
  asked++;
  clearTrouble();
  const query = writeAddress(address);
  link.send({ kind: "load", opening: ++opening, query, name: file, bytes, fresh }, bytes ? [bytes] : []);
}

async function loadModel({ name, file, url }: Model, fresh: boolean): Promise<void> {
  const request = ++asked;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const bytes = await response.arrayBuffer();
    // Something else may have been asked for meanwhile.
    if (request === asked) load({ kind: "model", name }, file, bytes, fresh);
  } catch (error) {
    if (request !== asked) return;
    if (!openInstead()) sayShown();
    showTrouble(`${file} could not be fetched: ${(error as Error).message}`);
  }
}

function showModels(): { button: HTMLButtonElement; address: Address }[] {
  const buttons = models.map((model) => ({
    address: { kind: "model", name: model.name } as const,
    button: element(
      "button",
      { type: "button", class: "plain", onclick: () => void loadModel(model, true) },
      model.name,
    ),
  }));
  const place = byId("models");
  place.hidden = buttons.length === 0;
  place.append(element("span", { class: "label" }, "Trained already:"), ...buttons.map(({ button }) => button));
  return buttons;
}

async function copyLink(): Promise<void> {
  watch.say();
  try {
    await navigator.clipboard.writeText(location.href);
    byId("spoken").textContent = "Link copied.";
    byId("link").textContent = "Copied";
    setTimeout(() => {
      byId("link").textContent = "Copy link";
    }, 2000);
  } catch {
    showTrouble("This browser does not let the page copy: the link is in the address bar.");
  }
}
