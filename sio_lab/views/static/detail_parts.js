// The parts of a row's detail, each made from what the kernel tells of it.

import { html, isolated } from "./dom.js";
import { FAILED_MARK } from "./traffic_columns.js";
import { valueTree } from "./tree.js";

/** @typedef {import("./tree.js").ValueNode} ValueNode */
/** @typedef {{seq: number | null, arrow: string[], text: string, failed: boolean, effects: Effect[]}} Effect */

/**
 * One row, told in full.
 *
 * @typedef {object} DetailTold
 * @property {number} seq
 * @property {string[]} arrow text, look, tooltip
 * @property {string} kind
 * @property {string} event
 * @property {string} status
 * @property {boolean} failed
 * @property {[label: string, text: string, look: string][]} facts
 * @property {{label: string, node: ValueNode}[]} trees
 * @property {[piece: string, meaning: string][]} wire
 * @property {[title: string, text: string][]} [handshake] of a WebSocket: the request, the answer, what ties them
 * @property {string} traceback
 * @property {string} output
 * @property {{seq: number | null, text: string} | null} cause
 * @property {Effect[]} effects
 * @property {string[]} [can] what may be done with it
 */

/** @param {DetailTold} told */
export function detailHeading(told) {
  const mark = told.failed ? `${FAILED_MARK} ` : "";
  const status = told.status || mark ? html("span", { class: "sio-status" }, `${mark}${told.status}`) : null;
  const event = isolated(told.event, { class: "sio-event", title: told.event });
  return [detailArrow(told.arrow), html("span", { class: "sio-kind" }, told.kind), event, status];
}

/**
 * The body of a detail.
 *
 * @param {DetailTold} told
 * @param {{branch: (label: string, path: number[], first: number) => Promise<ValueNode>, open: (seq: number) => void, reasons: HTMLElement}} given
 */
export function detailBody(told, { branch, open, reasons }) {
  const error = told.facts.filter(([label]) => label === "error");
  const facts = told.facts.filter(([label]) => label !== "error" && label !== "cause");
  return [
    ...error.map(([, text, look]) => html("p", { class: `sio-said sio-look-${look || "muted"}` }, isolated(text))),
    reasons,
    ...(told.handshake ?? []).map(([title, text]) => detailSection(title, html("pre", { tabindex: 0 }, text))),
    detailSection("traceback", told.traceback && html("pre", { tabindex: 0 }, told.traceback)),
    ...told.trees.map(({ label, node }) =>
      detailSection(label, valueTree(label, node, (path, first) => branch(label, path, first))),
    ),
    detailFacts(facts),
    detailSection("wire", told.wire.length > 0 && html("div", { class: "sio-wire" }, ...told.wire.map(detailPiece))),
    detailSection("printed", told.output && html("pre", { tabindex: 0 }, told.output)),
    detailSection("cause", told.cause && detailLink(told.cause, open)),
    detailSection("effects", told.effects.length > 0 && detailEffects(told.effects, open)),
  ].filter(Boolean);
}

/** @param {string} label @param {HTMLElement | false | null | ""} content */
function detailSection(label, content) {
  if (!content) return null;
  return html("section", { class: "sio-section", "aria-label": label }, html("h4", {}, label), content);
}

/** @param {[string, string, string][]} facts */
function detailFacts(facts) {
  const pairs = facts.flatMap(([label, text, look]) => [
    html("dt", {}, label),
    html("dd", { class: look ? `sio-look-${look}` : null }, isolated(text, { dir: look === "code" ? "ltr" : "auto" })),
  ]);
  return pairs.length ? html("dl", { class: "sio-facts" }, ...pairs) : null;
}

/** @param {[string, string]} part a piece of the wire text over what it says */
function detailPiece([piece, meaning]) {
  return html("span", { class: "sio-part" }, html("code", {}, isolated(piece, { dir: "ltr" })), html("small", {}, meaning));
}

/** @param {string[]} arrow */
function detailArrow([text, look, full]) {
  const plain = { class: `sio-arrow sio-look-${look}`, title: full };
  return html("span", full ? { ...plain, role: "img", "aria-label": full } : plain, text);
}

/** @param {Effect[]} effects @param {(seq: number) => void} open @returns {HTMLElement} */
function detailEffects(effects, open) {
  const items = effects.map((effect) =>
    html(
      "li",
      { class: effect.failed ? "sio-failed" : null },
      html("span", { class: "sio-effect" }, detailArrow(effect.arrow), detailLink(effect, open)),
      effect.effects.length > 0 && detailEffects(effect.effects, open),
    ),
  );
  return html("ul", { class: "sio-effects" }, ...items);
}

/** @param {{seq: number | null, text: string, failed?: boolean}} row @param {(seq: number) => void} open */
function detailLink({ seq, text, failed }, open) {
  const told = isolated(failed ? `${FAILED_MARK} ${text}` : text);
  if (seq === null || seq === undefined) return told;
  return html("button", { type: "button", class: "sio-link", onclick: () => open(seq) }, told);
}
