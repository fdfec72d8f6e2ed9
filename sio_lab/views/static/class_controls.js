// What the teacher can do to the whole class: pause it, lock it, limit it, tell it something.

import { button, html, isolated } from "./dom.js";

/** @typedef {import("./class_card.js").ClassTold} ClassTold */

export class ClassControls {
  /** @param {import("./link.js").Link} link */
  constructor(link) {
    this.link = link;
    this.paused = false;
    this.locked = false;
    this.pause = button("Pause", () => this.act(this.paused ? "resume" : "pause"), { "aria-pressed": "false", title: "Refuse the events of students, politely" });
    this.lock = button("Lock", () => this.act(this.locked ? "unlock" : "lock"), { "aria-pressed": "false", title: "Let nobody else in; who is in may come back" });
    this.rate = classField({ type: "number", min: "1", step: "any", placeholder: "no limit", "aria-label": "events a second each student may send", class: "sio-field sio-class-rate" });
    this.text = classField({ placeholder: "Tell everybody…", "aria-label": "text for all students", class: "sio-field sio-class-text", maxlength: 500 });
    this.said = html("p", { class: "sio-class-said", role: "status" });
    this.problem = html("p", { class: "sio-problem", role: "alert", hidden: true });
    this.element = this.build();
  }

  build() {
    const limit = html("span", { class: "sio-class-group" }, html("span", { class: "sio-hint" }, "At most"), this.rate, html("span", { class: "sio-hint" }, "events/s each"), button("Set", () => this.limit()));
    const tell = html("span", { class: "sio-class-group sio-class-tell" }, this.text, button("Announce", () => this.announce()));
    classEnter(this.rate, () => this.limit());
    classEnter(this.text, () => this.announce());
    const bar = html("div", { class: "sio-class-tools", role: "group", "aria-label": "the whole class" }, this.pause, this.lock, limit, tell);
    return html("div", { class: "sio-class-controls" }, bar, this.said, this.problem);
  }

  /** @param {ClassTold} told */
  update({ paused, locked, rate }) {
    this.paused = paused;
    this.locked = locked;
    this.pause.textContent = paused ? "Resume" : "Pause";
    this.lock.textContent = locked ? "Unlock" : "Lock";
    this.pause.setAttribute("aria-pressed", String(paused));
    this.lock.setAttribute("aria-pressed", String(locked));
    // What is being typed stays.
    if (document.activeElement !== this.rate) this.rate.value = rate === null ? "" : String(rate);
  }

  limit() {
    const text = this.rate.value.trim();
    if (this.rate.validity?.badInput) return this.say("", "A limit is a number of events a second; leave it empty for none.");
    return this.act("limit", { per_second: text === "" ? null : Number(text) });
  }

  async announce() {
    const text = this.text.value.trim();
    if (text && (await this.act("announce", { text }))) this.text.value = "";
  }

  /**
   * Have something done, and tell what came of it; gives whether it was.
   *
   * @param {string} what @param {Record<string, any>} [given] @returns {Promise<boolean>}
   */
  async act(what, given = {}) {
    try {
      const told = await this.link.ask(what, given);
      this.say(told?.text ?? "done", "");
      return true;
    } catch (error) {
      this.say("", error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /** @param {string} text @param {string} problem */
  say(text, problem) {
    this.said.replaceChildren(isolated(text));
    this.problem.textContent = problem ? `✕ ${problem}` : "";
    this.problem.hidden = problem === "";
  }
}

/** @param {Record<string, any>} attributes */
function classField(attributes) {
  return /** @type {HTMLInputElement} */ (html("input", { spellcheck: false, autocomplete: "off", ...attributes }));
}

/** @param {HTMLInputElement} field @param {() => void} act */
function classEnter(field, act) {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) act();
  });
}
