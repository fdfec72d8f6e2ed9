// The class in the dashboard's head: a line with link and count, and the card below it where it is asked for.

import { mountClass } from "./class_card.js";
import { button, html } from "./dom.js";

/**
 * Show the line in `root`, where a class is in; returns what takes it away.
 *
 * @param {HTMLElement} root
 * @param {import("./link.js").Link} link
 * @returns {() => void}
 */
export function mountClassLine(root, link) {
  const line = new ClassLine(link);
  root.append(line.element);
  const leave = link.follow("class", { state: (state) => line.update(state), patch: (patch) => line.update({ ...line.told, ...patch }) });
  return () => {
    leave();
    line.fold();
    line.element.remove();
  };
}

class ClassLine {
  /** @param {import("./link.js").Link} link */
  constructor(link) {
    this.link = link;
    /** @type {any} */
    this.told = { open: false };
    /** @type {(() => void) | null} */
    this.unmount = null;
    this.address = html("strong", { class: "sio-class-line-link" });
    this.count = html("span", { class: "sio-class-line-count" });
    this.toggle = button("", () => (this.unmount ? this.fold() : this.unfold()), { "aria-expanded": "false" });
    this.place = html("div", { class: "sio-class-line-card" });
    const head = html("div", { class: "sio-class-line-head" }, html("span", {}, "Class at "), this.address, this.count, this.toggle);
    this.element = html("div", { class: "sio-class-line", hidden: true }, head, this.place);
    this.showToggle();
  }

  /** @param {any} told */
  update(told) {
    this.told = told;
    this.element.hidden = !told.open;
    if (!told.open) return this.fold();
    this.address.textContent = told.links[0];
    const states = [`${told.count} student${told.count === 1 ? "" : "s"} in`, told.paused && "paused", told.locked && "locked"];
    this.count.textContent = states.filter(Boolean).join(" · ");
  }

  unfold() {
    this.unmount = mountClass(this.place, this.link, "class");
    this.showToggle();
  }

  fold() {
    this.unmount?.();
    this.unmount = null;
    this.showToggle();
  }

  showToggle() {
    this.toggle.textContent = this.unmount ? "Hide code and QR" : "Show code and QR";
    this.toggle.setAttribute("aria-expanded", String(this.unmount !== null));
  }
}
