// The field for an event's arguments: it grows with its lines, and says while one types what can't be read, and where.

import { html } from "./dom.js";

const ARGS_PATIENCE = 250;
const ARGS_LINES = 6;

/** @typedef {{ok: boolean, problem: string, excerpt: string, place: number | null, args: string}} Checked */

export class ArgsField {
  /** @param {import("./link.js").Link} link */
  constructor(link) {
    this.link = link;
    this.asks = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    const id = `sio-args-${Math.random().toString(36).slice(2)}`;
    this.note = html("div", { class: "sio-form-args-note", id, role: "status", hidden: true });
    const told = { "aria-label": "arguments, as JSON", "aria-describedby": id, placeholder: 'JSON: {"data": 42} [1, 2] hello' };
    const plain = { rows: "1", spellcheck: "false", autocomplete: "off", autocapitalize: "off", wrap: "soft" };
    this.input = /** @type {HTMLTextAreaElement} */ (
      html("textarea", { class: "sio-field sio-code sio-form-args", ...told, ...plain, oninput: () => this.typed() })
    );
    this.element = html("div", { class: "sio-form-args-box" }, this.input, this.note);
  }

  get value() {
    return this.input.value;
  }

  typed() {
    this.grow();
    clearTimeout(this.timer);
    this.asks += 1;
    if (this.value.trim() === "") this.tell(null);
    else this.timer = setTimeout(() => this.check(), ARGS_PATIENCE);
  }

  /** As high as its text, up to 6 lines; from then on it scrolls. */
  grow() {
    const { input } = this;
    input.style.height = "auto";
    const edge = input.offsetHeight - input.clientHeight;
    const line = parseFloat(getComputedStyle(input).lineHeight) || 18;
    const space = 4;
    const high = Math.min(input.scrollHeight + edge, ARGS_LINES * line + space + edge);
    input.style.height = input.value.includes("\n") || input.scrollHeight > line + 2 * space ? `${high}px` : "";
  }

  check() {
    this.asks += 1;
    const ask = this.asks;
    this.link.ask("check", { args_text: this.value }).then(
      (told) => ask === this.asks && this.tell(told),
      (error) => ask === this.asks && this.tell({ ok: false, problem: error.message, excerpt: "", place: null, args: "" }),
    );
  }

  /** @param {Checked | null} told */
  tell(told) {
    const isWrong = told !== null && !told.ok;
    this.input.setAttribute("aria-invalid", String(isWrong));
    this.note.hidden = told === null;
    this.note.classList.toggle("sio-problem", isWrong);
    if (told) this.note.replaceChildren(...(isWrong ? this.wrong(told) : [argsRead(told.args)]));
  }

  /** @param {Checked} told */
  wrong(told) {
    const where = told.place === null ? null : this.position(told.place);
    const excerpt = told.excerpt && html("pre", { class: "sio-form-excerpt", dir: "ltr", "aria-hidden": "true" }, told.excerpt);
    return [html("span", {}, "✕ ", where, told.problem), excerpt || ""];
  }

  /** Where that is, as what leads there. @param {number} place */
  position(place) {
    const before = this.value.slice(0, place).split("\n");
    const words = before.length > 1 ? `line ${before.length}, ` : "";
    const go = () => {
      this.input.focus();
      this.input.setSelectionRange(place, Math.min(place + 1, this.value.length));
    };
    const label = `${words}column ${before[before.length - 1].length + 1}`;
    return html("span", {}, html("button", { type: "button", class: "sio-link", onclick: go }, label), ": ");
  }

  close() {
    clearTimeout(this.timer);
    this.asks += 1;
  }
}

/** @param {string} args */
function argsRead(args) {
  return html("span", { class: "sio-hint" }, "sends ", html("code", { dir: "ltr" }, html("bdi", {}, args)));
}
