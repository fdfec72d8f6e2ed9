// Phones side by side, and who received something in the last round.

import { html, isolated } from "./dom.js";
import { PhonePanel } from "./phone.js";

/** What happens within so many milliseconds of each other is one round: an emit, and all that it brings. */
const PHONES_ROUND = 1000;

/** @typedef {{last: number, counts: Map<string, number>, senders: Map<string, string>}} PhonesRound */

class Phones {
  /** @param {HTMLElement} root @param {import("./link.js").Link} link */
  constructor(root, link) {
    this.link = link;
    /** @type {Map<string, PhonePanel>} */
    this.panels = new Map();
    /** @type {PhonesRound | null} */
    this.round = null;
    this.summary = html("p", { class: "sio-hint sio-phones-round" });
    this.row = html("div", { class: "sio-phones" });
    this.root = html("div", {}, this.summary, this.row);
    root.append(this.root);
    this.summarize();
  }

  /** @param {{phones: import("./phone.js").PhoneTold[]}} state */
  state({ phones }) {
    const names = phones.map((told) => told.name);
    for (const name of [...this.panels.keys()].filter((name) => !names.includes(name))) this.panels.delete(name);
    for (const told of phones) {
      const panel = this.panels.get(told.name);
      panel?.update(told);
      panel?.rewrite(told.items);
      if (!panel) this.panels.set(told.name, new PhonePanel(this.link, told));
    }
    const roots = names.map((name) => /** @type {HTMLElement} */ (this.panels.get(name)?.root));
    if (roots.some((root, place) => this.row.children[place] !== root)) this.row.replaceChildren(...roots);
    this.summarize();
  }

  /** @param {{phones: (Partial<import("./phone.js").PhoneTold> & {name: string, items: any[]})[]}} patch */
  patch({ phones }) {
    const gains = new Map();
    for (const told of phones) {
      const panel = this.panels.get(told.name);
      if (!panel) continue;
      const gained = Math.max(0, (told.received ?? 0) - panel.told.received);
      panel.update(told);
      const fresh = panel.say(told.items, true);
      this.happened(told.name, fresh);
      gains.set(told.name, gained);
    }
    this.count(gains);
    this.summarize();
  }

  /** Begin a round where it has been quiet before. @param {string} name @param {any[]} items */
  happened(name, items) {
    const events = items.filter((item) => item.dir !== "note");
    if (events.length === 0) return;
    const earliest = Math.min(...events.map((item) => item.at));
    if (!this.round || earliest - this.round.last > PHONES_ROUND) this.round = { last: earliest, counts: new Map(), senders: new Map() };
    this.round.last = Math.max(this.round.last, ...events.map((item) => item.at));
    for (const item of events) if (item.dir === "out" && item.event) this.round.senders.set(name, item.event);
  }

  /** @param {Map<string, number>} gains */
  count(gains) {
    if (!this.round) return;
    for (const [name, panel] of this.panels) {
      const now = gains.get(name) ?? 0;
      const count = (this.round.counts.get(name) ?? 0) + now;
      this.round.counts.set(name, count);
      panel.gain(count, now > 0);
    }
  }

  summarize() {
    const round = this.round;
    if (!round) {
      this.summary.replaceChildren("Emit from a phone or a cell: the phones that receive it light up.");
      return;
    }
    const names = [...this.panels.keys()];
    const got = names.filter((name) => round.counts.get(name));
    const others = names.filter((name) => !round.counts.get(name));
    const senders = names.filter((name) => round.senders.has(name));
    const events = [...new Set(senders.map((name) => round.senders.get(name)))];
    const sent = senders.length > 0 ? [...this.names(senders), " sent ", phonesEvent(events), " · "] : [];
    const received = ["received by ", ...(got.length > 0 ? this.names(got) : ["nobody"])];
    const missed = got.length > 0 && others.length > 0 ? [" · not by ", ...this.names(others)] : [];
    this.summary.replaceChildren(...sent, ...received, ...missed);
  }

  /** @param {string[]} names @returns {(Node | string)[]} */
  names(names) {
    return names.flatMap((name, place) => [
      place > 0 ? ", " : "",
      isolated(this.panels.get(name)?.told.called, { class: "sio-who" }),
    ]);
  }
}

/** @param {(string | undefined)[]} events */
function phonesEvent(events) {
  return events.length === 1 ? isolated(events[0], { class: "sio-args" }) : `${events.length} events`;
}

/**
 * Show named clients as phones, side by side.
 *
 * @param {HTMLElement} root
 * @param {import("./link.js").Link} link
 * @param {string} feed
 * @returns {() => void} what to call when they leave the page
 */
export function mountPhones(root, link, feed) {
  const phones = new Phones(root, link);
  const leave = link.follow(feed, {
    state: (state) => phones.state(state),
    patch: (patch) => phones.patch(patch),
  });
  return () => {
    leave();
    phones.root.remove();
  };
}
