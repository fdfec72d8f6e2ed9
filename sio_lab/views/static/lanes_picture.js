// The sequence diagram in its scroller: lane heads that stay in sight, and steps that are added at the end.

import { html, svg } from "./dom.js";
import { LANE_ROW, LanePlaces, laneStepDrawn, laneStepSpoken } from "./lanes_draw.js";

/** @typedef {import("./lanes_draw.js").LaneHead} LaneHead */
/** @typedef {import("./lanes_draw.js").LaneStep} LaneStep */
/** @typedef {{step: LaneStep, node: SVGElement, place: number, isDrawn: boolean}} LaneRow */

const LANE_NEAR_END = 12;
const LANE_FOOT = 8;
const LANE_AHEAD = 400;

export class LanesPicture {
  /** @param {(missed: number) => void} told is told how many steps came while the reader looked at others */
  constructor(told) {
    this.told = told;
    /** @type {Map<number, LaneRow>} by seq, oldest first */
    this.rows = new Map();
    /** @type {LaneHead[]} */
    this.lanes = [];
    this.keep = 300;
    this.base = 0;
    this.missed = 0;
    this.follows = true;
    this.current = 0;
    this.heads = html("div", { class: "sio-seq-heads", role: "presentation" });
    this.lines = svg("g", { "aria-hidden": "true" });
    this.steps = svg("g", {});
    this.sheet = svg("svg", { class: "sio-seq-sheet", role: "list", "aria-label": "steps, oldest first" }, this.lines, this.steps);
    this.scroller = html("div", { class: "sio-seq-scroll", onscroll: () => this.scrolled() }, this.heads, this.sheet);
    this.places = new LanePlaces([], 0);
  }

  /** Show these steps and no others. @param {{lanes: LaneHead[], steps: LaneStep[], keep?: number}} state */
  reset(state) {
    this.keep = state.keep ?? this.keep;
    this.rows.clear();
    this.steps.replaceChildren();
    this.base = 0;
    this.lanes = state.lanes;
    this.places = new LanePlaces(this.lanes, this.room());
    for (const step of state.steps) this.rows.set(step.seq, this.made(step));
    this.trim();
    this.restack();
    this.drawLanes();
    this.settle(0);
  }

  /** @param {{lanes?: LaneHead[], steps: LaneStep[], gone?: number[], skipped?: number, before?: number}} patch */
  apply(patch) {
    const came = [...patch.steps];
    if (patch.lanes) this.relay(patch.lanes);
    if (patch.skipped && patch.before) came.push(laneGap(patch.skipped, patch.before));
    const last = [...this.rows.keys()].pop() ?? 0;
    const fresh = came.filter((step) => !this.rows.has(step.seq)).sort((one, other) => one.seq - other.seq);
    for (const step of came) this.change(step);
    for (const step of fresh) this.append(step);
    const gone = (patch.gone ?? []).filter((seq) => this.remove(seq));
    this.trim();
    if (gone.length > 0 || (fresh.length > 0 && fresh[0].seq < last)) this.restack();
    this.settle(fresh.length);
  }

  /** Draw everything anew where there is another width, or other lanes. @param {LaneHead[]} [lanes] */
  relay(lanes = this.lanes) {
    const places = new LanePlaces(lanes, this.room());
    const moved = places.spacing !== this.places.spacing || lanes.some((lane, place) => lane.id !== this.lanes[place]?.id);
    const wider = places.width !== this.places.width;
    this.lanes = lanes;
    this.places = places;
    if (moved || wider) for (const row of this.rows.values()) this.dress(row);
    this.drawLanes();
    this.size();
    this.draw();
  }

  toEnd() {
    this.follows = true;
    this.settle(0);
  }

  /** @param {number} seq */
  focus(seq) {
    const row = this.rows.get(seq);
    if (!row) return;
    this.rove(seq);
    row.node.focus({ preventScroll: true });
    const top = this.y(row);
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + LANE_ROW + this.heads.offsetHeight > scrollTop + clientHeight) {
      this.scroller.scrollTop = top + LANE_ROW + this.heads.offsetHeight - clientHeight;
    }
    this.draw();
  }

  /** The step so many places after another one. @param {number} seq @param {number} by */
  beside(seq, by) {
    const seqs = [...this.rows.keys()];
    const place = seqs.indexOf(seq) + by;
    return seqs[Math.min(Math.max(place, 0), seqs.length - 1)] ?? seq;
  }

  room() {
    return Math.max(this.scroller.clientWidth - 1, 320);
  }

  /** @param {LaneStep} step @returns {LaneRow} */
  made(step) {
    const row = { step, node: svg("g", { role: "listitem", tabindex: -1, "data-seq": step.seq }), place: 0, isDrawn: false };
    this.dress(row);
    return row;
  }

  /** Say what a step is; what it looks like is drawn when it comes into sight. @param {LaneRow} row */
  dress(row) {
    const { step, node } = row;
    row.isDrawn = false;
    node.setAttribute("class", `sio-seq-step sio-seq-${step.look}${step.failed ? " sio-seq-failed" : ""}`);
    node.setAttribute("aria-label", laneStepSpoken(step, this.places));
  }

  /** Draw the steps in sight, and some around them; the others need no more than a place and a name. */
  draw() {
    const { scrollTop, clientHeight } = this.scroller;
    const isInSight = (/** @type {LaneRow} */ row) =>
      this.y(row) > scrollTop - LANE_AHEAD && this.y(row) < scrollTop + clientHeight + LANE_AHEAD;
    for (const row of this.rows.values()) {
      const isShown = isInSight(row);
      if (isShown && !row.isDrawn) row.node.replaceChildren(...laneStepDrawn(row.step, this.places));
      else if (!isShown && row.node.firstChild) row.node.replaceChildren();
      row.isDrawn = isShown;
    }
  }

  /** @param {LaneStep} step */
  change(step) {
    const row = this.rows.get(step.seq);
    if (!row) return;
    // Patches may repeat what is there.
    const same = JSON.stringify(row.step) === JSON.stringify(step);
    row.step = step;
    if (!same) this.dress(row);
  }

  /** @param {LaneStep} step */
  append(step) {
    const row = this.made(step);
    this.put(row, this.base + this.rows.size);
    this.rows.set(step.seq, row);
    this.steps.append(row.node);
  }

  /** @param {number} seq */
  remove(seq) {
    this.rows.get(seq)?.node.remove();
    return this.rows.delete(seq);
  }

  trim() {
    const seqs = this.rows.keys();
    while (this.rows.size > this.keep) {
      this.remove(/** @type {number} */ (seqs.next().value));
      this.base += 1;
      if (!this.follows) this.scroller.scrollTop -= LANE_ROW;
    }
  }

  restack() {
    this.rows = new Map([...this.rows].sort(([one], [other]) => one - other));
    this.base = 0;
    [...this.rows.values()].forEach((row, place) => this.put(row, place));
    this.steps.replaceChildren(...[...this.rows.values()].map((row) => row.node));
  }

  /** @param {LaneRow} row @param {number} place */
  put(row, place) {
    row.node.setAttribute("transform", `translate(0 ${place * LANE_ROW})`);
    row.place = place;
  }

  /** @param {LaneRow} row */
  y(row) {
    return (row.place - this.base) * LANE_ROW;
  }

  /** @param {number} came */
  settle(came) {
    this.size();
    if (!this.rows.has(this.current)) this.rove([...this.rows.keys()].pop() ?? 0);
    if (this.follows) this.scroller.scrollTop = this.rows.size * LANE_ROW + this.heads.offsetHeight;
    this.draw();
    this.missed = this.follows ? 0 : this.missed + came;
    this.told(this.missed);
  }

  /** One step is reached by Tab, the others by arrow keys. @param {number} seq */
  rove(seq) {
    this.rows.get(this.current)?.node.setAttribute("tabindex", "-1");
    this.rows.get(seq)?.node.setAttribute("tabindex", "0");
    this.current = seq;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.follows = scrollTop + clientHeight >= scrollHeight - LANE_NEAR_END;
    if (this.follows) this.missed = 0;
    this.draw();
    this.told(this.missed);
  }

  size() {
    const height = this.rows.size * LANE_ROW + LANE_FOOT;
    this.steps.setAttribute("transform", `translate(0 ${-this.base * LANE_ROW})`);
    // To set what is there already would cost a layout of all steps.
    if (this.sheet.getAttribute("height") !== String(height)) this.sheet.setAttribute("height", String(height));
    if (this.sheet.getAttribute("width") !== String(this.places.width)) this.sheet.setAttribute("width", String(this.places.width));
    this.heads.style.width = `${this.places.width}px`;
  }

  drawLanes() {
    const { places } = this;
    const at = (/** @type {LaneHead} */ lane) => places.of(lane.id);
    this.lines.replaceChildren(
      ...this.lanes.map((lane) => svg("line", { class: "sio-seq-lane", x1: at(lane), x2: at(lane), y1: 0, y2: "100%" })),
    );
    this.heads.replaceChildren(
      ...this.lanes.map((lane) => {
        const style = `left:${at(lane)}px;max-width:${places.spacing - 6}px`;
        return html("bdi", { class: `sio-seq-head sio-seq-${lane.kind}`, title: lane.full, style }, lane.label);
      }),
    );
  }
}

/** @param {number} count @param {number} before @returns {LaneStep} */
function laneGap(count, before) {
  const caption = `${count} step${count === 1 ? "" : "s"} in between`;
  // Between two whole numbers: never the seq of a step.
  const place = { seq: before - 0.5, row: 0, time: "", kind: "gap", look: "gap", from: 0, to: [], failed: 0 };
  return { ...place, caption, aside: "more at once than can be drawn" };
}
