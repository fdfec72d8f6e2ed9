// Why something happened to a row: each reason by name, what shows it, and what to do next.

import { html, isolated } from "./dom.js";
import { FAILED_MARK } from "./traffic_columns.js";

/**
 * @typedef {object} ReasonTold
 * @property {string} name
 * @property {string} what
 * @property {string} evidence
 * @property {string} next a sentence
 * @property {string} code what to paste, below it
 * @property {boolean} failed else it is a remark
 */

/** @typedef {{headline: string, reasons: ReasonTold[]}} WhyTold */

/**
 * The section that says why; null where there is nothing to say.
 *
 * @param {WhyTold} told
 */
export function whySection({ headline, reasons }) {
  if (!reasons.length) return null;
  const items = reasons.map(whyReason);
  const list = html("ol", { class: "sio-reasons" }, ...items);
  return html("section", { class: "sio-section sio-why", "aria-label": "why" }, html("h4", {}, "why"), html("p", {}, isolated(headline)), list);
}

/** @param {ReasonTold} reason */
function whyReason({ name, what, evidence, next, code, failed }) {
  const title = html("strong", {}, failed ? `${FAILED_MARK} ${name}` : name);
  return html(
    "li",
    { class: failed ? "sio-failed" : null },
    html("p", {}, title, " ", isolated(what)),
    evidence && html("p", { class: "sio-evidence" }, isolated(evidence)),
    html("p", { class: "sio-next" }, html("span", { class: "sio-next-label" }, "next"), " ", isolated(next)),
    code && html("pre", { tabindex: 0, "aria-label": "code to paste" }, code),
  );
}
