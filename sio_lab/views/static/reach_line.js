// One line that says who an emit would reach, before it is sent; or in words, why nobody.

import { html, isolated } from "./dom.js";

const REACH_PATIENCE = 200;

/** @typedef {{to: string, skip: string, namespace: string, ack: boolean}} ReachGiven */

export class ReachLine {
  /**
   * @param {import("./link.js").Link} link
   * @param {() => ReachGiven} given what the form holds
   */
  constructor(link, given) {
    this.link = link;
    this.given = given;
    this.asks = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.element = html("div", { class: "sio-form-reach", role: "status" });
  }

  /** Ask anew soon: who types is not asked about each letter. */
  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), REACH_PATIENCE);
  }

  refresh() {
    this.asks += 1;
    const ask = this.asks;
    const { to, skip, namespace, ack } = this.given();
    this.link.ask("reach", { to, skip, namespace }).then(
      (told) => ask === this.asks && this.tell(told, ack),
      (error) => ask === this.asks && this.show("bad", error.message.split("\n")[0]),
    );
  }

  /** @param {{text: string, sids: string[]}} told @param {boolean} ack */
  tell(told, ack) {
    const count = told.sids.length;
    if (ack && count !== 1) this.show("bad", `An ack is one client's: name one in 'to'. This ${told.text}`);
    else this.show(count ? "some" : "none", told.text);
  }

  /** @param {"some" | "none" | "bad"} look @param {string} text */
  show(look, text) {
    const said = `${look} ${text}`;
    if (this.element.dataset.said === said) return;
    this.element.dataset.said = said;
    this.element.className = `sio-form-reach sio-form-reach-${look}`;
    const mark = { some: "←", none: "○", bad: "✕" }[look];
    this.element.replaceChildren(html("span", { class: "sio-form-reach-mark", "aria-hidden": "true" }, mark), isolated(text));
  }

  close() {
    clearTimeout(this.timer);
    this.asks += 1;
  }
}
