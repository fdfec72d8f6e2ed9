// The live sequence diagram: a bar, the picture, a box that tells more of a step, and the detail of its row.

import { mountDetail } from "./detail.js";
import { button, html, svg } from "./dom.js";
import { LanesPicture } from "./lanes_picture.js";
import { laneSaving } from "./lanes_saved.js";
import { LaneTip } from "./lanes_tip.js";

/** @typedef {import("./link.js").Link} Link */
/** @typedef {import("./lanes_draw.js").LaneStep} LaneStep */

/**
 * @typedef {object} LaneHeld
 * @property {any} whole all there was at some time; the rest came later
 * @property {Map<number, LaneStep>} steps
 * @property {Set<number>} gone
 * @property {any[] | undefined} lanes
 * @property {number} skipped
 * @property {number} before
 */

const LANE_FILTER_AFTER = 250;
const LANE_MOVES = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

/**
 * Show a sequence diagram; returns its clean-up.
 *
 * @param {HTMLElement} root
 * @param {Link} link
 * @param {string} feed
 */
export function mountLanes(root, link, feed) {
  const view = new LanesView(link, feed);
  root.append(view.element);
  const unfollow = link.follow(feed, {
    state: (state) => view.told(state),
    patch: (patch) => view.changed(patch),
    problem: (problem) => view.complain(problem),
  });
  const unwatch = laneWatchWidth(view.picture);
  return () => {
    unwatch();
    unfollow();
    view.close();
  };
}

class LanesView {
  /** @param {Link} link @param {string} feed */
  constructor(link, feed) {
    this.link = link;
    this.feed = feed;
    this.paused = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {LaneHeld} what came while the reader had the diagram stopped */
    this.held = laneNothingHeld();
    this.closeDetail = () => {};
    this.count = html("span", { class: "sio-count", role: "status" });
    this.problem = html("p", { class: "sio-problem", role: "alert", hidden: true });
    this.empty = html("p", { class: "sio-hint sio-seq-empty", hidden: true });
    this.pane = html("div", { class: "sio-seq-detail", hidden: true });
    this.newer = button("", () => this.picture.toEnd(), { class: "sio-primary sio-seq-newer", hidden: true });
    this.picture = new LanesPicture((missed) => this.tellMissed(missed));
    this.tip = new LaneTip();
    this.element = this.built();
    this.listen();
  }

  built() {
    const title = this.link.model.get("shown").options?.title ?? "sequence";
    const saving = laneSaving(this.link, (problem) => this.complain(problem));
    this.filter = this.filterField();
    this.pause = button("Pause", () => this.setPaused(!this.paused), {
      title: "stop the diagram here; what comes is kept",
    });
    const heading = html("span", { class: "sio-title" }, title);
    const tools = html("span", { class: "sio-push sio-seq-tools" }, this.filter, this.pause, ...saving.buttons);
    const bar = html("div", { class: "sio-bar" }, heading, this.count, laneLegend(), tools);
    const frame = html("div", { class: "sio-seq-frame" }, this.picture.scroller, this.empty, this.newer, this.tip.element);
    return html("section", { class: "sio-seq", "aria-label": title }, bar, this.problem, saving.panel, frame, this.pane);
  }

  filterField() {
    const field = /** @type {HTMLInputElement} */ (
      html("input", {
        class: "sio-field sio-code sio-seq-filter",
        type: "text",
        placeholder: "filter",
        title: "which steps to show, as in event:chat client:ada -kind:http",
        "aria-label": "filter steps",
        spellcheck: "false",
        autocomplete: "off",
      })
    );
    field.value = this.link.model.get("shown").options?.filter ?? "";
    field.addEventListener("input", () => this.wantSoon(LANE_FILTER_AFTER));
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") this.wantSoon(0);
    });
    return field;
  }

  /** Ask for another filter once the reader has stopped typing. @param {number} after milliseconds */
  wantSoon(after) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.link.want(this.feed, { filter: this.filter?.value ?? "" }), after);
  }

  close() {
    clearTimeout(this.timer);
    this.closeDetail();
    this.element.remove();
  }

  listen() {
    const { sheet } = this.picture;
    sheet.addEventListener("pointermove", (event) => this.pointed(/** @type {PointerEvent} */ (event)));
    sheet.addEventListener("pointerleave", () => this.tip.hide());
    sheet.addEventListener("focusin", (event) => this.focused(laneSeqOf(event)));
    sheet.addEventListener("focusout", () => this.tip.hide());
    sheet.addEventListener("click", (event) => this.open(laneSeqOf(event)));
    sheet.addEventListener("keydown", (event) => this.pressed(/** @type {KeyboardEvent} */ (event)));
    this.picture.scroller.addEventListener("scroll", () => this.tip.hide());
  }

  /** @param {any} state */
  told(state) {
    this.problem.hidden = true;
    this.filter?.removeAttribute("aria-invalid");
    this.held = laneNothingHeld();
    if (this.filter && document.activeElement !== this.filter) this.filter.value = state.filter;
    this.picture.follows = true;
    this.picture.reset(state);
    this.tellCount(state);
  }

  /** @param {any} patch */
  changed(patch) {
    if (this.paused) this.hold(patch);
    else if (patch.whole) this.picture.reset(patch);
    else this.picture.apply(patch);
    this.tellCount(patch);
  }

  /** Keep what comes for later, no more of it than would be shown. @param {any} patch */
  hold(patch) {
    if (patch.whole) {
      this.held = { ...laneNothingHeld(), whole: patch };
      return;
    }
    const { steps, gone } = this.held;
    for (const step of patch.steps) steps.set(step.seq, step);
    for (const seq of patch.gone ?? []) gone.add(seq);
    for (const seq of [...steps.keys()].slice(0, Math.max(steps.size - this.picture.keep, 0))) steps.delete(seq);
    this.held.lanes = patch.lanes ?? this.held.lanes;
    this.held.skipped += patch.skipped ?? 0;
    this.held.before = patch.before ?? this.held.before;
  }

  /** @param {boolean} paused */
  setPaused(paused) {
    this.paused = paused;
    this.pause?.classList.toggle("sio-primary", paused);
    if (this.pause) this.pause.textContent = paused ? "Resume" : "Pause";
    if (paused) return;
    const { steps, gone, whole, ...rest } = this.held;
    this.held = laneNothingHeld();
    if (whole) this.picture.reset(whole);
    this.picture.apply({ ...rest, steps: [...steps.values()], gone: [...gone] });
    this.tellCount({});
  }

  /** @param {string} problem */
  complain(problem) {
    this.problem.textContent = problem;
    this.problem.hidden = false;
    this.filter?.setAttribute("aria-invalid", "true");
  }

  /** @param {{earlier?: number}} told */
  tellCount(told) {
    this.earlier = told.earlier ?? this.earlier ?? 0;
    const { size } = this.picture.rows;
    const waiting = this.held.steps.size + (this.held.whole?.steps.length ?? 0);
    const held = this.paused ? `, ${waiting} waiting` : "";
    const before = this.earlier ? `, ${this.earlier.toLocaleString("en")} earlier` : "";
    this.count.textContent = size ? `${size} step${size === 1 ? "" : "s"}${before}${held}` : held.slice(2);
    this.empty.hidden = size > 0;
    this.empty.textContent = this.filter?.value ? "no step matches" : "nothing yet: steps appear as clients connect and events go to and fro";
  }

  /** @param {number} missed */
  tellMissed(missed) {
    this.newer.hidden = missed === 0;
    this.newer.textContent = `${missed} new ↓`;
  }

  /** @param {PointerEvent} event */
  pointed(event) {
    const seq = laneSeqOf(event);
    if (seq !== this.tip.seq) this.showTip(seq, event.clientX);
  }

  /** @param {number} seq */
  focused(seq) {
    const row = this.picture.rows.get(seq);
    this.picture.rove(seq);
    const text = row?.node.querySelector(".sio-seq-text")?.getBoundingClientRect();
    if (row?.node.matches(":focus-visible")) this.showTip(seq, text?.left ?? 0);
  }

  /** @param {number} seq @param {number} x */
  showTip(seq, x) {
    const row = this.picture.rows.get(seq);
    if (!row) return this.tip.hide();
    this.tip.show(row.step, this.picture.places, row.node.getBoundingClientRect(), x);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const seq = laneSeqOf(event);
    const by = LANE_MOVES[/** @type {keyof typeof LANE_MOVES} */ (event.key)];
    if (by !== undefined) this.picture.focus(this.picture.beside(seq, by));
    else if (event.key === "Enter" || event.key === " ") this.open(seq);
    else if (event.key === "Escape") this.escaped();
    else return;
    // JupyterLab has shortcuts of its own for these keys.
    event.preventDefault();
    event.stopPropagation();
  }

  escaped() {
    if (this.tip.element.hidden) this.closeDetail();
    this.tip.hide();
  }

  /** @param {number} seq */
  open(seq) {
    const row = this.picture.rows.get(seq);
    if (!row || !row.step.row) return;
    this.closeDetail();
    this.tip.hide();
    this.picture.rove(seq);
    row.node.setAttribute("aria-current", "true");
    this.pane.hidden = false;
    let unmount = () => {};
    this.closeDetail = () => {
      this.closeDetail = () => {};
      const had = this.pane.contains(document.activeElement);
      unmount();
      this.pane.replaceChildren();
      this.pane.hidden = true;
      row.node.removeAttribute("aria-current");
      if (had) this.picture.focus(seq);
    };
    unmount = mountDetail(this.pane, this.link, row.step.row, () => this.closeDetail());
  }
}

/** @returns {LaneHeld} */
function laneNothingHeld() {
  return { whole: undefined, steps: new Map(), gone: new Set(), lanes: undefined, skipped: 0, before: 0 };
}

/** @param {Event} event */
function laneSeqOf(event) {
  const step = /** @type {Element} */ (event.target).closest?.("[data-seq]");
  return Number(step?.getAttribute("data-seq") ?? 0);
}

/** What the strokes mean, which colour alone does not tell. */
function laneLegend() {
  const sample = (/** @type {string} */ look, /** @type {string} */ tip, /** @type {string} */ label) => {
    const stem = svg("path", { class: "sio-seq-stem", d: "M1 6H25" });
    const key = svg("svg", { class: `sio-seq-key sio-seq-${look}`, width: 28, height: 12, "aria-hidden": "true" }, stem);
    key.append(svg("path", { class: look === "in" ? "sio-seq-full" : "", d: tip }));
    return html("span", {}, key, label);
  };
  const open = "M18 2L25 6L18 10";
  const samples = [
    sample("in", "M1 6l8-4v8z", "from a client"),
    sample("out", open, "to clients"),
    sample("ack", open, "ack"),
    sample("failed", "M18 2l8 8m0-8l-8 8", "failed"),
  ];
  return html("span", { class: "sio-hint sio-seq-legend" }, ...samples);
}

/** @param {LanesPicture} picture */
function laneWatchWidth(picture) {
  if (typeof ResizeObserver === "undefined") return () => {};
  let width = -1;
  const observer = new ResizeObserver(() => {
    if (picture.scroller.clientWidth === width) return picture.draw();
    width = picture.scroller.clientWidth;
    picture.relay();
    if (picture.follows) picture.toEnd();
  });
  observer.observe(picture.scroller);
  return () => observer.disconnect();
}
