// A replay beside what had happened: parts that differ in two columns, those that don't behind a fold.

import { html, isolated } from "./dom.js";
import { plural } from "./format.js";

/** @typedef {[label: string, before: string, now: string]} ReplayLine */
/** @typedef {{differing: ReplayLine[], same: ReplayLine[], notes: string[]}} ReplayTold */

const REPLAY_NOTHING = "–";

/** @param {ReplayTold} told */
export function replaySection({ differing, same, notes }) {
  const verdict = differing.length ? `${plural(differing.length, "part")} ${differing.length === 1 ? "differs" : "differ"}` : "nothing differs";
  return html(
    "section",
    { class: "sio-section sio-replay", "aria-label": "replay", tabindex: -1 },
    html("h4", {}, `replay: ${verdict}`),
    differing.length > 0 && replayTable(differing),
    same.length > 0 && replaySame(same),
    notes.length > 0 && html("ul", { class: "sio-replay-notes" }, ...notes.map((note) => html("li", {}, isolated(note)))),
  );
}

/** A table; its roles are said, since where it is narrow it is not laid out as one. @param {ReplayLine[]} lines */
function replayTable(lines) {
  const heads = ["part", "before", "now"].map((name) => html("th", { scope: "col", role: "columnheader" }, name));
  const rows = lines.map(([label, before, now]) =>
    html("tr", { role: "row" }, html("th", { scope: "row", role: "rowheader" }, label), replayCell(before, "sio-was"), replayCell(now, "sio-now")),
  );
  const head = html("thead", { role: "rowgroup" }, html("tr", { role: "row" }, ...heads));
  return html("table", { class: "sio-compared", role: "table" }, head, html("tbody", { role: "rowgroup" }, ...rows));
}

/** @param {string} text @param {string} look */
function replayCell(text, look) {
  return html("td", { role: "cell", class: text ? look : `${look} sio-none` }, isolated(text || REPLAY_NOTHING, { dir: "ltr" }));
}

/** @param {ReplayLine[]} lines */
function replaySame(lines) {
  const pairs = lines.flatMap(([label, , now]) => [
    html("dt", {}, label),
    html("dd", {}, isolated(now || REPLAY_NOTHING, { dir: "ltr" })),
  ]);
  const told = `${plural(lines.length, "part")} ${lines.length === 1 ? "is" : "are"} the same`;
  return html("details", { class: "sio-same" }, html("summary", {}, told), html("dl", { class: "sio-facts" }, ...pairs));
}
