// One row of the log: a line, and what it unfolds to.

import { make } from "./dom.js";
import { clock, counted, cut, delay } from "./text.js";

/** @typedef {import("./log.js").Row} Row */

const ARROWS = { in: "←", out: "→", "-": "·" };
const SPOKEN = { in: "in", out: "out", "-": "state" };

/** @param {Row} row */
export function drawRow(row) {
  const summary = make("summary", {}, ...cells(row));
  const unfold = make("details", {}, summary);
  // What it unfolds to is made when somebody looks.
  unfold.addEventListener("toggle", () => unfold.childElementCount === 1 && unfold.append(more(row)));
  const kind = row.kind === "CONNECT_ERROR" ? "bad" : row.kind === "engine" ? "faint" : null;
  return make("li", { "data-direction": row.direction, "data-tone": kind, "data-number": String(row.number) }, unfold);
}

/** @param {Row} row */
function cells(row) {
  const place = row.namespace && row.namespace !== "/" ? [make("bdi", { class: "place" }, cut(row.namespace, 40))] : [];
  const ack = ackText(row);
  return [
    make("time", {}, clock(row.at)),
    make("span", { class: "arrow", "aria-label": SPOKEN[row.direction], role: "img" }, ARROWS[row.direction]),
    make("span", { class: "what" }, ...place, make("bdi", { class: "event" }, cut(row.event, 80)), " ", make("bdi", { class: "args" }, row.args.slice(0, 200))),
    ...(ack ? [make("span", { class: "ack" }, ack)] : []),
  ];
}

/** @param {Row} row */
function ackText({ kind, ackId, ms }) {
  if (ackId === null) return "";
  if (kind !== "ACK") return `wants ack ${ackId}`;
  return ms === null ? `ack ${ackId}` : `ack ${ackId} · ${delay(ms)}`;
}

/** @param {Row} row */
function more(row) {
  const unit = row.kind === "bytes" || row.kind === "ws bytes" ? "byte" : "character";
  const facts = [row.kind.replace("_", " "), row.namespace, row.size ? counted(row.size, unit) : ""].filter(Boolean);
  const text = row.wire || row.args;
  const wire = text ? [make("p", { class: "hint" }, row.wire ? "On the wire" : "Details"), make("pre", { tabindex: "0", dir: "auto" }, text)] : [];
  return make("div", { class: "more" }, make("p", { class: "hint" }, facts.join(" · ")), ...wire);
}
