/** The page: its parts, and the link in the address bar that says which run they show. */
import { byId, element } from "../dom.js";
import { queryOf, readSettings, type Settings } from "../settings.js";
import { acceptFiles, download } from "./files.js";
import { Learn } from "./learn.js";
import { Link } from "./link.js";
import { type Model, models } from "./models.js";
import { SettingsForm } from "./settings-form.js";
import { clearTrouble, explain, showTrouble } from "./trouble.js";
import { Watch } from "./watch.js";

let settings: Settings;

const link = new Link((message) =>
  showTrouble(`The machine runs in a module worker, which this browser could not start: ${message}.`),
);
const form = new SettingsForm(byId("settings"), (next) => open(next, false));
new Learn(link, () => open(settings, true));
new Watch(link);

link.on("opened", ({ origin, name, settings: opened }) => {
  settings = opened;
  form.show(opened);
  if (name) history.replaceState(null, "", `?${new URLSearchParams({ file: name })}`);
  const kept = "as this browser has kept it";
  byId("origin").textContent =
    origin === "file"
      ? `The machine of ${name}.`
      : origin === "kept"
        ? `${name ? `The machine of ${name}, ` : "This run, "}${kept}.`
        : "";
});
link.on("failed", ({ during, code, message }) => showTrouble(explain(during, code, message)));
link.on("saved", ({ bytes, name }) => download(bytes, name));
byId("save").addEventListener("click", () => link.send({ kind: "save" }));
byId("link").addEventListener("click", () => void copyLink());
acceptFiles((bytes, name) => load(bytes, name, true));
showModels();
begin();

/** What the address asks for: a file's machine, or one of these settings. */
function begin(): void {
  const query = new URLSearchParams(location.search);
  const name = query.get("file");
  if (name !== null) {
    const model = models.find((each) => each.name === name);
    form.show(readSettings(new URLSearchParams()).settings);
    if (model) void loadModel(model, false);
    else load(null, name, false);
    return;
  }
  const { settings: asked, complaints } = readSettings(query);
  open(asked, false);
  if (complaints.length > 0) showTrouble(`The link asks for what cannot be. ${complaints.join("; ")}.`);
}

function open(wanted: Settings, fresh: boolean): void {
  clearTrouble();
  // What a link cannot say, as a file may have had it, is not in a run that a link reproduces.
  settings = readSettings(new URLSearchParams(queryOf(wanted))).settings;
  form.show(settings);
  const query = queryOf(settings);
  history.replaceState(null, "", `?${query}`);
  link.send({ kind: "open", query, settings, fresh });
}

function load(bytes: ArrayBuffer | null, name: string, fresh: boolean): void {
  clearTrouble();
  const query = new URLSearchParams({ file: name }).toString();
  link.send({ kind: "load", query, name, bytes, fresh }, bytes ? [bytes] : []);
}

async function loadModel({ url, name }: Model, fresh: boolean): Promise<void> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    load(await response.arrayBuffer(), name, fresh);
  } catch (error) {
    showTrouble(`${name} could not be fetched: ${(error as Error).message}`);
  }
}

function showModels(): void {
  const place = byId("models");
  place.hidden = models.length === 0;
  place.append(
    element("span", { class: "label" }, "Trained already:"),
    ...models.map((model) =>
      element(
        "button",
        { type: "button", class: "plain", onclick: () => void loadModel(model, true) },
        model.name.replace(/\.safetensors$/, ""),
      ),
    ),
  );
}

async function copyLink(): Promise<void> {
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
