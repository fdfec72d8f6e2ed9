// What a step of the sequence diagram carries, in a box beside it while it is pointed at or focused.

import { html, isolated } from "./dom.js";
import { laneEnds } from "./lanes_draw.js";

/** @typedef {import("./lanes_draw.js").LaneStep} LaneStep */
/** @typedef {import("./lanes_draw.js").LanePlaces} LanePlaces */

export class LaneTip {
  constructor() {
    this.element = html("div", { class: "sio-seq-tip", role: "tooltip", hidden: true });
    this.seq = 0;
  }

  /**
   * @param {LaneStep} step
   * @param {LanePlaces} places
   * @param {DOMRect} row where the step is on the page
   * @param {number} x where on the page it is pointed at
   */
  show(step, places, row, x) {
    const title = `${step.failed ? "✕ " : ""}${step.caption.includes(step.kind) ? "" : `${step.kind} `}${step.caption}`;
    const pairs = [
      ["", laneEnds(step, places)],
      ["args", step.args],
      ["ack", step.ack],
      ["status", step.status],
      ["note", step.note],
    ];
    const facts = pairs.filter(([, text]) => text).flatMap(([label, text]) => laneFact(label ?? "", text ?? ""));
    const head = html("p", {}, isolated(title), html("span", { class: "sio-count" }, step.row ? `row ${step.row}` : ""));
    this.element.replaceChildren(head, html("dl", {}, ...facts));
    this.element.hidden = false;
    this.seq = step.seq;
    this.place(row, x);
  }

  hide() {
    this.element.hidden = true;
    this.seq = 0;
  }

  /** @param {DOMRect} row @param {number} x */
  place(row, x) {
    const frame = this.element.parentElement?.getBoundingClientRect();
    if (!frame) return;
    const { offsetWidth, offsetHeight } = this.element;
    const left = Math.min(Math.max(x - frame.left + 14, 4), Math.max(frame.width - offsetWidth - 4, 4));
    const below = row.bottom - frame.top + 4;
    const top = below + offsetHeight > frame.height ? row.top - frame.top - offsetHeight - 4 : below;
    Object.assign(this.element.style, { left: `${left}px`, top: `${Math.max(top, 0)}px` });
  }
}

/** @param {string} label @param {string} text */
function laneFact(label, text) {
  const look = label === "args" || label === "ack" ? "sio-code" : null;
  return [html("dt", {}, label), html("dd", { class: look }, isolated(text, look ? { dir: "ltr" } : {}))];
}
