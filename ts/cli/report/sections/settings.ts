// What was trained and how, and the command that does it again.

import { trainingOf } from "../../../training/noted.js";
import { describeClip } from "../../arguments/clip.js";
import { describeRate } from "../../arguments/rate.js";
import { count } from "../../format.js";
import { commandOf } from "../command.js";
import { type Content, type Html, html } from "../html.js";
import { section } from "../panel.js";
import type { Run } from "../run.js";

export function settings(run: Run): Html {
  const { machine, task } = run;
  const { controller, memory, lstmInit, headInit, ...rest } = machine.config;
  const { batchSize, clip, optimizer } = trainingOf(machine);
  return section(
    "settings",
    "Settings",
    html`<p class="caption">The command that trains such a machine:</p>
<pre><code>${commandOf(run)}</code></pre>`,
    html`<div class="settings">${[
      list("Task", { name: task.name, ...task.options }),
      list("Machine", {
        ...prefixed("controller", controller),
        ...(controller.kind === "lstm" ? prefixed("lstmInit", lstmInit) : {}),
        ...(rest.readHeads + rest.writeHeads > 0
          ? { ...prefixed("memory", memory), ...prefixed("headInit", headInit) }
          : {}),
        ...rest,
      }),
      list("Training", {
        ...(machine.step === 0 ? {} : { updates: count(machine.step) }),
        ...(batchSize === undefined ? {} : { batchSize }),
        ...(clip === undefined ? {} : { gradients: describeClip(clip) }),
        ...(optimizer === null
          ? {}
          : prefixed("optimizer", { ...optimizer, learningRate: describeRate(optimizer.learningRate) })),
      }),
    ]}</div>`,
  );
}

function list(title: string, entries: Readonly<Record<string, Content>>): Html {
  return html`<div><h3>${title}</h3><dl>${Object.entries(entries).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl></div>`;
}

function prefixed(prefix: string, entries: object): Record<string, Content> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, value]) => [
      `${prefix}.${name}`,
      typeof value === "object" ? JSON.stringify(value) : (value as Content),
    ]),
  );
}
