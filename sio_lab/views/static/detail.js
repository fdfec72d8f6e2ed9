// The detail pane: one row of traffic in full, with ways to what made it happen and to what came of it.

import { copyText } from "./clipboard.js";
import { detailActions, offersDetail } from "./detail_actions.js";
import { detailBody, detailHeading } from "./detail_parts.js";
import { replaySection } from "./detail_replay.js";
import { whySection } from "./detail_why.js";
import { button, html } from "./dom.js";
import { downloadText } from "./download.js";

/** @typedef {import("./link.js").Link} Link */
/** @typedef {import("./detail_parts.js").DetailTold} DetailTold */

/**
 * @typedef {object} DetailOptions
 * @property {() => void} [closed] the reader closed it
 * @property {(seq: number) => void} [opened] another row is shown now, by a link or by going back
 * @property {(told: DetailTold, pane: DetailPane) => HTMLElement[]} [actions] more buttons, before those that copy
 */

const SAID_FOR = 3_000;

export class DetailPane {
  /** @param {Link} link @param {DetailOptions} [options] */
  constructor(link, options = {}) {
    this.link = link;
    this.options = options;
    /** Rows that were shown before this one. @type {number[]} */
    this.past = [];
    /** @type {number | null} */
    this.seq = null;
    this.asks = 0;
    this.timer = 0;
    this.back = button("←", () => this.goBack(), { class: "sio-quiet", title: "back to the row before", "aria-label": "Back" });
    this.heading = html("h3", { class: "sio-what" });
    this.number = html("span", { class: "sio-count" });
    const shut = button("✕", () => this.close(), { class: "sio-quiet", title: "close (Escape)", "aria-label": "Close the detail" });
    this.actions = html("div", { class: "sio-actions" });
    this.said = html("span", { class: "sio-hint", role: "status" });
    this.content = html("div", { class: "sio-content" });
    /** What is told of the row once it is shown. */
    this.replayed = html("div");
    this.reasons = html("div");
    const head = html("header", { class: "sio-top" }, this.back, this.heading, this.number, shut);
    const bar = html("div", { class: "sio-toolbar" }, this.actions, this.said);
    this.scroller = html("div", { class: "sio-pane", tabindex: -1 }, this.content);
    this.root = html(
      "aside",
      { class: "sio-detail", "aria-label": "detail of a row", hidden: true, onkeydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event) },
      ...[head, bar, this.scroller],
    );
  }

  get isOpen() {
    return this.seq !== null;
  }

  /**
   * Show a row; what was asked of another one meanwhile is of no matter.
   *
   * @param {number} seq
   * @param {number[]} [past] the rows that the back button goes through
   */
  async open(seq, past = []) {
    this.past = past;
    this.seq = seq;
    this.asks += 1;
    const asked = this.asks;
    this.root.hidden = false;
    this.root.setAttribute("aria-busy", "true");
    const told = await this.link.ask("detail", { seq }).catch((error) => error);
    if (asked !== this.asks) return;
    this.root.removeAttribute("aria-busy");
    if (told instanceof Error) this.fail(seq, told);
    else this.show(told);
  }

  /** Close it, as the reader does. */
  close() {
    if (!this.isOpen) return;
    this.leave();
    this.options.closed?.();
  }

  /** Close it and tell nobody: its row is gone, or the view is. */
  leave() {
    this.seq = null;
    this.asks += 1;
    this.root.hidden = true;
    clearTimeout(this.timer);
  }

  /**
   * Say in the row of buttons how something ended, or, where it `stays`, how it stands.
   *
   * @param {string} text
   * @param {{failed?: boolean, stays?: boolean}} [how]
   */
  say(text, { failed = false, stays = false } = {}) {
    clearTimeout(this.timer);
    this.said.textContent = text;
    this.said.classList.toggle("sio-look-failed", failed);
    if (!failed && !stays) this.timer = setTimeout(() => this.said.replaceChildren(), SAID_FOR);
  }

  /** @param {DetailTold} told */
  show(told) {
    const open = (/** @type {number} */ seq) => this.follow(seq);
    const branch = (/** @type {string} */ tree, /** @type {number[]} */ path, /** @type {number} */ first) =>
      this.link.ask("branch", { seq: told.seq, tree, path, first });
    this.dress(told.seq, told.failed);
    this.heading.replaceChildren(.../** @type {Node[]} */ (detailHeading(told).filter(Boolean)));
    this.actions.replaceChildren(...(this.options.actions?.(told, this) ?? []), ...detailActions(told, this));
    this.replayed.replaceChildren();
    this.reasons.replaceChildren();
    this.content.replaceChildren(this.replayed, .../** @type {Node[]} */ (detailBody(told, { branch, open, reasons: this.reasons })));
    if (offersDetail(told, "why")) this.explain();
  }

  /** Say why, where there is anything to say. */
  async explain() {
    const told = await this.askOfRow("why");
    const section = told && whySection(told);
    if (section) this.reasons.replaceChildren(section);
  }

  /** Run the row's handler again, and show both outcomes. */
  async replay() {
    this.say("replaying…", { stays: true });
    const told = await this.askOfRow("replay");
    if (!told) return;
    this.say("replayed: nothing was sent");
    const section = replaySection(told);
    this.replayed.replaceChildren(section);
    this.scroller.scrollTop = 0;
    section.focus({ preventScroll: true });
  }

  /** Make a test of what the row's client did, for the reader to keep. */
  async export() {
    this.say("exporting…", { stays: true });
    const told = await this.askOfRow("export", { form: "pytest" });
    if (!told) return;
    if (downloadText(told.name, "text/x-python;charset=utf-8", told.text)) this.say(`${told.name} is with your downloads`);
    else this.byHand(told.text, `this page may not save files: copy ${told.name} here`);
  }

  /**
   * Ask something of the row that is shown; null where that can't be had, which is said, or another row is shown by then.
   *
   * @param {string} what
   * @param {Record<string, any>} [given]
   */
  async askOfRow(what, given = {}) {
    const { seq, asks } = this;
    try {
      const told = await this.link.ask(what, { seq, ...given });
      return asks === this.asks ? told : null;
    } catch (error) {
      if (asks === this.asks) this.say(error instanceof Error ? error.message : String(error), { failed: true });
      return null;
    }
  }

  /** @param {number} seq @param {Error} error */
  fail(seq, error) {
    this.dress(seq, true);
    this.heading.replaceChildren("Nothing to show");
    this.actions.replaceChildren();
    this.content.replaceChildren(html("p", { class: "sio-problem", role: "alert" }, error.message));
  }

  /** @param {number} seq @param {boolean} failed */
  dress(seq, failed) {
    this.say("");
    this.root.classList.toggle("sio-failed", failed);
    this.number.textContent = `row ${seq}`;
    this.back.hidden = this.past.length === 0;
    this.scroller.scrollTop = 0;
  }

  /** @param {number} seq go to a row that this one tells of */
  follow(seq) {
    this.go(seq, this.seq === null ? this.past : [...this.past, this.seq]);
  }

  goBack() {
    const seq = this.past.at(-1);
    if (seq !== undefined) this.go(seq, this.past.slice(0, -1));
  }

  /** @param {number} seq @param {number[]} past */
  go(seq, past) {
    // The button that was pressed goes with what it stood in: the keyboard stays in the pane.
    this.scroller.focus({ preventScroll: true });
    this.open(seq, past);
    this.options.opened?.(seq);
  }

  /** @param {string} form */
  async copyForm(form) {
    const text = await this.askOfRow("copy", { form });
    if (text !== null) await this.copyText(text);
  }

  /** @param {string} text */
  async copyText(text) {
    if (await copyText(text, this.root)) this.say("copied");
    else this.byHand(text, "this page may not write the clipboard: copy it here");
  }

  /** Give the reader a text to copy, where the page may do no more. @param {string} text @param {string} why */
  byHand(text, why) {
    this.say(why, { failed: true });
    const field = /** @type {HTMLTextAreaElement} */ (html("textarea", { class: "sio-field sio-code sio-copied", rows: 5, readonly: true, "aria-label": "text to copy" }));
    field.value = text;
    this.content.querySelector(".sio-copied")?.remove();
    this.content.prepend(field);
    field.select();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

/**
 * Put a detail pane into `root` and show a row in it; returns what takes it away. `closed` is called when the reader
 * closes it.
 *
 * @param {HTMLElement} root
 * @param {Link} link
 * @param {number} seq
 * @param {() => void} closed
 */
export function mountDetail(root, link, seq, closed) {
  const pane = new DetailPane(link, { closed });
  root.append(pane.root);
  pane.open(seq);
  return () => {
    pane.leave();
    pane.root.remove();
  };
}
