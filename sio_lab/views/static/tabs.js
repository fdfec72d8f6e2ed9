// Tabs: one panel is there at a time. The others are not hidden but gone, so what they would follow is not sent.

import { html } from "./dom.js";

/**
 * @typedef {object} Tab
 * @property {string} name
 * @property {string} title
 * @property {(panel: HTMLElement) => () => void} mount builds what the tab shows, and returns its clean-up
 */

/** @typedef {{mark: HTMLElement, button: HTMLButtonElement, tab: Tab}} TabHead */

export class Tabs {
  /**
   * @param {HTMLElement} root
   * @param {Tab[]} tabs
   * @param {{chosen: string, label: string}} told which tab is open at first, and what they are called together
   */
  constructor(root, tabs, { chosen, label }) {
    const id = `sio-tabs-${Math.random().toString(36).slice(2)}`;
    this.panel = html("div", { class: "sio-dash-tabpanel", role: "tabpanel", id: `${id}-panel` });
    /** @type {Map<string, TabHead>} */
    this.heads = new Map(tabs.map((tab) => [tab.name, this.head(tab, id)]));
    const pressed = (/** @type {KeyboardEvent} */ event) => this.pressed(event);
    this.list = html("div", { class: "sio-dash-tablist", role: "tablist", "aria-label": label, onkeydown: pressed });
    this.list.append(...[...this.heads.values()].map((head) => head.button));
    this.chosen = "";
    this.unmount = () => {};
    root.append(this.list, this.panel);
    this.choose(chosen);
  }

  /** @param {Tab} tab @param {string} id @returns {TabHead} */
  head(tab, id) {
    const mark = html("span", { class: "sio-dash-badge", hidden: true });
    const roles = { role: "tab", id: `${id}-${tab.name}`, "aria-controls": `${id}-panel`, "aria-selected": "false", tabindex: "-1" };
    const act = { type: "button", class: "sio-dash-tab", "data-name": tab.name, onclick: () => this.choose(tab.name) };
    const button = /** @type {HTMLButtonElement} */ (html("button", { ...act, ...roles }, html("span", {}, tab.title), mark));
    return { mark, button, tab };
  }

  /**
   * Open a tab: the panel of the one before is taken down first.
   *
   * @param {string} name
   */
  choose(name) {
    const head = this.heads.get(name);
    if (!head || name === this.chosen) return;
    this.clear();
    this.chosen = name;
    for (const each of this.heads.values()) {
      each.button.setAttribute("aria-selected", String(each === head));
      each.button.tabIndex = each === head ? 0 : -1;
    }
    head.button.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    this.panel.setAttribute("aria-labelledby", head.button.id);
    this.unmount = head.tab.mount(this.panel);
  }

  /**
   * Say beside a tab's title how many there are; 0 says nothing. What is `bad` carries a mark beside its colour.
   *
   * @param {string} name
   * @param {number} count
   * @param {{text: string, spoken: string, bad?: boolean}} told
   */
  badge(name, count, { text, spoken, bad = false }) {
    const head = this.heads.get(name);
    if (!head) return;
    head.mark.hidden = count === 0;
    head.mark.classList.toggle("sio-dash-bad", bad);
    const seen = bad ? `✕ ${text}` : text;
    if (head.mark.dataset.seen === seen) return;
    head.mark.dataset.seen = seen;
    head.mark.replaceChildren(html("span", { "aria-hidden": "true" }, seen), html("span", { class: "sio-spoken" }, spoken));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const names = [...this.heads.keys()];
    const place = names.indexOf(this.chosen);
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: -1 };
    const next = places[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const name = names.at(next % names.length) ?? "";
    this.choose(name);
    this.heads.get(name)?.button.focus();
  }

  clear() {
    this.unmount();
    this.unmount = () => {};
    this.panel.replaceChildren();
  }
}
