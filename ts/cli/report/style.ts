// How the page looks: light or dark as the reader has it, narrow or wide.

import { Html } from "./html.js";
import { rampStyle } from "./ramps.js";

export const style: Html = new Html(`<style>
:root {
  color-scheme: light dark;
  --page: #fbfaf6; --panel: #f0eee7; --ink: #26282f; --soft: #6a6c75; --hair: #dcd9cf;
  --write: #b25410; --read: #1f6fae; --wrong: #d0262f;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14151a; --panel: #1e2028; --ink: #e6e4dc; --soft: #979aa5; --hair: #30333d;
    --write: #f0a050; --read: #6cbcf0; --wrong: #ff6b6b;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main, footer { max-width: 72rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 3rem); }
header { padding-top: clamp(2rem, 6vw, 4.5rem); }
h1 { margin: 0; font-size: clamp(2.2rem, 6vw, 3.6rem); line-height: 1.1; letter-spacing: -.025em; font-weight: 650; }
.name { margin: 0 0 .3rem; color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.lead { margin: .8rem 0 0; font-size: clamp(1.05rem, 2vw, 1.25rem); color: var(--soft); max-width: 44rem; }
section { margin-top: clamp(3rem, 7vw, 5rem); }
h2 { margin: 0 0 .35rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.015em; font-weight: 620; }
h3 { margin: 0 0 .6rem; font-size: 1rem; font-weight: 600; }
small { color: var(--soft); font-weight: 400; font-size: .85rem; }
.caption { margin: 0 0 1.4rem; max-width: 46rem; color: var(--soft); font-size: .92rem; }
.keys { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin: -.7rem 0 1.4rem; color: var(--ink); font-size: .8rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
.keys span { white-space: nowrap; }
.ramp { display: inline-block; width: 3.2em; height: .75em; border-radius: 2px; outline: 1px solid var(--hair); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.ramp.below, .ramp.above { background-size: 200% 100%; } .ramp.above { background-position: 100% 0; }
a { color: var(--read); }
code { font: .88em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
dl, dd, figure { margin: 0; }

.tiles { display: flex; flex-wrap: wrap; gap: 1.4rem 3rem; margin-top: 2rem; }
.tiles div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.tiles dd { font-size: 1.9rem; line-height: 1.2; font-weight: 600; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.tiles dt { color: var(--soft); font-size: .85rem; }

.panel { margin-bottom: .9rem; min-width: 0; }
.panel figcaption { color: var(--soft); font-size: .8rem; line-height: 1.5; }
.layers { position: relative; height: var(--height); background: var(--panel); border-radius: 2px; overflow: hidden; }
.map { position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated; }
.plot { position: relative; }
.turns .layers::after { content: ""; position: absolute; inset: 0; left: var(--turn); border-left: 1px dashed var(--soft); pointer-events: none; }
.steps, .rows { font-size: .72rem; line-height: 1.2; color: var(--soft); font-variant-numeric: tabular-nums; }
.steps { position: relative; height: 1.2em; margin-top: .25rem; }
.steps span { position: absolute; transform: translateX(-50%); }
.rows { position: absolute; inset: 0 calc(100% + .4rem) 0 auto; display: flex; flex-direction: column; justify-content: space-between; text-align: right; }
.numbered .panel { margin-left: 1.8rem; }
.example { margin-top: 2rem; }
.example .panel { max-width: calc(var(--steps) * 12px); }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 clamp(.6rem, 2.5vw, 2rem); }
.moments { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .4rem 1.2rem; }
.couple, .quartet { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.6rem 2.5rem; }
details summary { cursor: pointer; margin: .4rem 0 1rem; color: var(--soft); }

.chart { font-size: .78rem; line-height: 1.2; color: var(--soft); min-width: 0; }
.frame { position: relative; height: clamp(220px, 34vw, 340px); margin: .5rem .6rem 1.7rem 3.4rem; border-bottom: 1px solid var(--hair); }
.small .frame { height: 150px; margin-left: 2.8rem; }
.quartet .frame .line { stroke-width: 1.5; opacity: .85; }
.frame svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.frame path { fill: none; stroke: currentColor; vector-effect: non-scaling-stroke; }
.frame .grid { stroke: var(--hair); stroke-width: 1; }
.frame .rule { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 4; }
.frame .line { stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
.frame .dots { stroke-width: 7; stroke-linecap: round; }
.example .frame .dots { stroke-width: 4; }
.frame .band { stroke: none; fill: currentColor; opacity: .28; }
.frame .tone-write { color: var(--write); } .frame .tone-read { color: var(--read); }
.frame .line.tone-faint { stroke-width: 1.2; opacity: .45; }
.frame .tone-ink { color: var(--ink); } .frame .tone-faint { color: var(--read); }
.tick, .note { position: absolute; white-space: nowrap; font-variant-numeric: tabular-nums; }
.tick.y { right: calc(100% + .5rem); transform: translateY(-50%); }
.tick.x { top: calc(100% + .4rem); transform: translateX(-50%); }
.note.y { left: .4rem; transform: translateY(-120%); color: var(--ink); }
.note.x { top: 0; margin-left: .4rem; color: var(--ink); }
.x-name { text-align: center; }
.y-name { color: var(--ink); font-size: .85rem; margin-bottom: .9rem; }
.key { white-space: nowrap; margin-right: .8rem; color: var(--ink); }
.key::before { content: ""; display: inline-block; width: .7em; height: .7em; margin-right: .35em; border-radius: 50%; background: var(--ink); }
.key.write::before { background: var(--write); } .key.read::before { background: var(--read); }
.mark { color: var(--wrong); }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; margin-top: 1.2rem; }
th, td { padding: .35rem 1.6rem .35rem 0; text-align: right; border-bottom: 1px solid var(--hair); white-space: nowrap; }
th { font-weight: 500; color: var(--soft); font-size: .82rem; }
th:first-child { text-align: left; } td:first-child { text-align: left; }
.parameters { width: 100%; } tbody th { color: var(--ink); }
.histogram { width: 12rem; height: 20px; display: block; margin-left: auto; fill: var(--read); }
pre { margin: 0 0 2rem; padding: .9rem 1.1rem; background: var(--panel); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
.settings { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 1.6rem 3rem; }
.settings dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .2rem 0; border-bottom: 1px solid var(--hair); font-size: .88rem; }
.settings dt { color: var(--soft); } .settings dd { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 5rem; padding-bottom: 3rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 40rem) { th, td { padding-right: 1rem; } .histogram { width: 7rem; } }
@media print { .chart, .panel, tr { break-inside: avoid; } }
${rampStyle}
</style>`);
