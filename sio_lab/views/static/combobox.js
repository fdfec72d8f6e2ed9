// A field that offers what may be written in it: the offers lie above everything, where no output cuts them off.

import { html, isolated } from "./dom.js";

/** @typedef {[text: string, about: string]} Offer */

/**
 * @typedef {object} ComboTold
 * @property {string} label
 * @property {string} [placeholder]
 * @property {string} [look] more class names
 * @property {boolean} [several] whether it takes several words, between commas or spaces
 * @property {() => Promise<Offer[]>} offers
 * @property {() => void} changed
 */

const COMBO_MOST = 50;
const COMBO_ROOM = 240;

/** A word as it is typed: in double quotes where it would else be several. @param {string | number} word */
export function comboWord(word) {
  const [, kind, name] = /** @type {string[]} */ (/^((?:client|room|sid):)?(.*)$/s.exec(String(word)));
  return /^[^\s,"\\][^\s,]*$/.test(name) ? `${kind ?? ""}${name}` : `${kind ?? ""}${JSON.stringify(name)}`;
}

export class Combobox {
  /** @param {ComboTold} told */
  constructor(told) {
    this.told = told;
    /** @type {Offer[]} */
    this.shown = [];
    this.active = -1;
    this.asks = 0;
    this.frame = 0;
    this.seen = "";
    this.id = `sio-offers-${Math.random().toString(36).slice(2)}`;
    this.list = html("ul", { class: "sio-form-offers", role: "listbox", id: this.id, popover: "manual", "aria-label": told.label, hidden: true });
    this.input = this.field();
    this.element = html("span", { class: "sio-form-combo" }, this.input, this.list);
    this.away = (/** @type {Event} */ event) => {
      if (!(event.target instanceof Node && this.list.contains(event.target))) this.close();
    };
  }

  field() {
    const { label, placeholder, look } = this.told;
    const roles = { role: "combobox", "aria-label": label, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.id };
    const plain = { type: "text", autocomplete: "off", spellcheck: "false", autocapitalize: "off", placeholder };
    const listeners = {
      oninput: () => this.typed(),
      onclick: () => this.open(),
      onblur: () => this.close(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event),
    };
    return /** @type {HTMLInputElement} */ (html("input", { class: `sio-field ${look ?? ""}`, dir: "auto", ...plain, ...roles, ...listeners }));
  }

  get value() {
    return this.input.value;
  }

  set value(text) {
    this.input.value = text;
    this.close();
  }

  typed() {
    this.told.changed();
    this.open();
  }

  /** Show what may be written; the kernel is asked each time, as clients come and go. */
  open() {
    this.asks += 1;
    const ask = this.asks;
    this.told.offers().then(
      (offers) => ask === this.asks && this.show(offers),
      () => this.close(),
    );
  }

  /** @param {Offer[]} offers */
  show(offers) {
    const word = this.word().toLowerCase();
    const fits = offers.filter(([text]) => text.toLowerCase().includes(word) && text.toLowerCase() !== word);
    // What begins with what was typed comes first; a kind such as client: need not be typed.
    const begins = (/** @type {Offer} */ [text]) => text.toLowerCase().replace(/^(client|room|sid):"?/, "").startsWith(word);
    this.shown = [...fits.filter(begins), ...fits.filter((offer) => !begins(offer))].slice(0, COMBO_MOST);
    this.active = -1;
    if (this.shown.length === 0 || !this.input.isConnected) return this.close();
    this.list.replaceChildren(...this.shown.map((offer, place) => this.option(offer, place)));
    this.lift();
  }

  /** @param {Offer} offer @param {number} place */
  option([text, about], place) {
    const roles = { role: "option", id: `${this.id}-${place}`, "aria-selected": "false" };
    // The field keeps the focus: without that it would close the list before the click.
    const listeners = { onmousedown: (/** @type {Event} */ event) => event.preventDefault(), onclick: () => this.pick(place) };
    return html("li", { ...roles, ...listeners }, isolated(text, { class: "sio-form-offer" }), html("span", { class: "sio-form-about" }, about));
  }

  lift() {
    if (this.list.hidden) {
      this.list.hidden = false;
      this.list.showPopover?.();
      this.input.setAttribute("aria-expanded", "true");
      document.addEventListener("scroll", this.away, true);
      window.addEventListener("resize", this.away);
      this.track();
    }
    this.place();
    this.list.scrollTop = 0;
  }

  /** What stands above the field may grow while the list is open: it stays beside the field. */
  track() {
    this.place();
    this.frame = window.requestAnimationFrame?.(() => this.track());
  }

  place() {
    const field = this.input.getBoundingClientRect();
    const seen = `${field.left} ${field.top} ${field.width} ${window.innerHeight}`;
    if (seen === this.seen) return;
    this.seen = seen;
    const below = window.innerHeight - field.bottom;
    const isBelow = below >= COMBO_ROOM || below >= field.top;
    const height = Math.max(60, Math.min(COMBO_ROOM, (isBelow ? below : field.top) - 8));
    const left = Math.max(4, Math.min(field.left, window.innerWidth - 260));
    Object.assign(this.list.style, {
      top: isBelow ? `${field.bottom + 2}px` : "auto",
      bottom: isBelow ? "auto" : `${window.innerHeight - field.top + 2}px`,
      left: `${left}px`,
      minWidth: `${field.width}px`,
      maxHeight: `${height}px`,
    });
  }

  close() {
    this.asks += 1;
    this.mark(-1);
    if (this.list.hidden) return;
    if (this.list.isConnected) this.list.hidePopover?.();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    window.cancelAnimationFrame?.(this.frame);
    document.removeEventListener("scroll", this.away, true);
    window.removeEventListener("resize", this.away);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) this.mark(this.next(event.key === "ArrowDown" ? 1 : -1));
      else this.open();
    } else if (event.key === "Enter" && isOpen && this.active >= 0 && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.pick(this.active);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  /** The place before the first and after the last is the field itself. @param {number} step */
  next(step) {
    const places = this.shown.length + 1;
    return ((this.active + 1 + step + places) % places) - 1;
  }

  /** @param {number} place */
  mark(place) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const option = this.list.children[place];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView?.({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} place */
  pick(place) {
    const text = this.shown[place][0];
    const before = this.value.slice(0, this.value.length - this.word().length);
    this.value = this.told.several ? `${before}${text}, ` : text;
    this.input.focus();
    this.input.setSelectionRange(this.value.length, this.value.length);
    this.told.changed();
  }

  /** What is being typed: of several words the last, which may be in quotes. */
  word() {
    return this.told.several ? (/(?:(?:client|room|sid):)?"[^"]*$|[^\s,]*$/.exec(this.value) ?? [""])[0] : this.value;
  }
}
