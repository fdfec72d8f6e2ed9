// The bar above a live table: its title, how many rows there are, a filter, and what stops and clears it.

import { button, html } from "./dom.js";

/**
 * @typedef {object} BarActs
 * @property {(filter: string) => void} filtered
 * @property {(paused: boolean) => void} paused
 * @property {() => void} cleared hide what is there, or bring it back
 */

const FILTER_AFTER = 250;
const ALL_SHOWN = "";
let barsMade = 0;

export class TableBar {
  /** @param {string} title @param {BarActs} acts */
  constructor(title, acts) {
    this.acts = acts;
    barsMade += 1;
    const problemId = `sio-filter-problem-${barsMade}`;
    this.timer = 0;
    this.isPaused = false;
    /** The filter that was asked for last. */
    this.wanted = ALL_SHOWN;
    this.count = html("span", { class: "sio-count" });
    this.notes = html("span", { class: "sio-hint sio-notes" });
    this.field = /** @type {HTMLInputElement} */ (
      html("input", {
        ...{ class: "sio-field sio-code sio-filter", type: "text", placeholder: "filter", spellcheck: false },
        ...{ autocomplete: "off", "aria-label": `filter ${title}`, "aria-describedby": problemId },
        oninput: () => this.typed(),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event),
      })
    );
    this.pause = button("Pause", () => this.setPaused(!this.isPaused, true), { title: "stop the rows here; the log goes on" });
    this.clear = button("Clear", acts.cleared, { title: "hide the rows that are here; they stay in the log" });
    const heading = html("span", { class: "sio-title" }, title);
    const tools = html("span", { class: "sio-push sio-actions" }, this.field, this.pause, this.clear);
    this.bar = html("div", { class: "sio-bar" }, heading, this.count, this.notes, tools);
    this.problem = html("p", { class: "sio-problem", id: problemId, role: "alert", hidden: true });
  }

  /** @param {boolean} flows rows keep coming, so that they can be stopped and cleared */
  setFlows(flows) {
    this.pause.hidden = !flows;
    this.clear.hidden = !flows;
  }

  /** @param {{rows: string, notes: (string | number | false)[]}} told @param {boolean} isCleared */
  tell(told, isCleared) {
    const notes = this.isPaused ? ["paused: nothing is sent", ...told.notes] : told.notes;
    tableWrite(this.count, told.rows);
    tableWrite(this.notes, notes.join(" · "));
    tableWrite(this.clear, isCleared ? "Show all" : "Clear");
  }

  /** @param {string} filter what the feed goes by now */
  setFilter(filter) {
    // An old state may come while what is typed is not yet asked for, or could not be had.
    if (filter.trim() === this.wanted.trim()) this.setProblem("");
    else if (document.activeElement !== this.field && this.problem.hidden) {
      this.field.value = filter;
      this.wanted = filter;
    }
  }

  /** @param {string} problem why the filter can't be had; nothing where it can */
  setProblem(problem) {
    this.problem.textContent = problem;
    this.problem.hidden = !problem;
    if (problem) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  /** @param {boolean} paused @param {boolean} [ask] */
  setPaused(paused, ask = false) {
    if (paused === this.isPaused) return;
    this.isPaused = paused;
    this.pause.textContent = paused ? "Resume" : "Pause";
    this.pause.classList.toggle("sio-primary", paused);
    if (ask) this.acts.paused(paused);
  }

  close() {
    clearTimeout(this.timer);
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.apply(), FILTER_AFTER);
  }

  apply() {
    clearTimeout(this.timer);
    if (this.field.value.trim() === this.wanted.trim() && this.problem.hidden) return;
    this.wanted = this.field.value;
    this.acts.filtered(this.wanted);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.field.value = ALL_SHOWN;
    this.apply();
  }
}

/** @param {HTMLElement} element @param {string} text */
function tableWrite(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
