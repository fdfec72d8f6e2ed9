// One named client as a small phone: what is true of it, its conversation with the server, and a line to emit.

import { button, html, isolated } from "./dom.js";
import { phoneForm } from "./phone_form.js";
import { phoneSaid } from "./phone_said.js";

/**
 * @typedef {{namespace: string, sid: string, full: string, rooms: string[], more: number}} PhonePlace
 * @typedef {{name: string, called: string, connected: boolean, why: string, transport: string, received: number,
 *   namespaces: PhonePlace[], items: import("./phone_said.js").PhoneItem[]}} PhoneTold
 */

const PHONE_ITEMS = 100;
/** So many items at once are not read out one by one. */
const PHONE_SPOKEN = 4;
/** How far from its end a conversation may be scrolled, in pixels, and still follow what is new. */
const PHONE_NEAR = 24;

export class PhonePanel {
  /** @param {import("./link.js").Link} link @param {PhoneTold} told */
  constructor(link, told) {
    this.link = link;
    this.told = told;
    /** @type {Map<number, HTMLElement>} */
    this.shown = new Map();
    this.flashes = 0;
    this.unseen = 0;
    const called = told.called;
    this.status = html("span", { class: "sio-link-state" });
    this.tally = html("b");
    this.gained = html("span", { class: "sio-gained", hidden: true });
    this.frame = html("div", { class: "sio-wire-frame" });
    this.problem = html("p", { class: "sio-problem", role: "alert", hidden: true });
    this.list = html("div", { class: "sio-talk-list", role: "log", "aria-label": `what ${called} sent and received` });
    this.talk = html("div", { class: "sio-talk", role: "region", tabindex: "0", "aria-label": `conversation of ${called}` }, this.list);
    this.talk.addEventListener("scroll", () => this.isAtEnd() && this.noteUnseen(0));
    this.jump = button("", () => this.toEnd(), { class: "sio-jump", hidden: true });
    this.drop = this.act("Drop", "client_drop", `Drop ${called}'s connection`, "as if the network died");
    this.anew = this.act("Reconnect", "client_reconnect", `Reconnect ${called}`, "a new connection: a new sid, in no room");
    this.form = phoneForm(called, (given) => this.ask("client_emit", given));
    this.root = html("section", { class: "sio-phone", "aria-label": called }, ...this.parts(called));
    this.update(told);
    this.rewrite(told.items);
  }

  /** @param {string} called @returns {Node[]} */
  parts(called) {
    const name = isolated(called, { class: "sio-who", title: called });
    const count = html("span", { class: "sio-tally" }, "received ", this.tally, this.gained);
    const acts = html("span", { class: "sio-acts" }, this.drop, this.anew);
    return [
      html("div", { class: "sio-phone-top" }, name, count),
      html("div", { class: "sio-phone-top" }, this.status, acts),
      html("div", { class: "sio-phone-middle" }, this.frame, html("div", { class: "sio-talk-box" }, this.talk, this.jump)),
      html("div", { class: "sio-phone-end" }, this.form.root, this.problem),
    ];
  }

  /** @param {string} label @param {string} what @param {string} spoken @param {string} about */
  act(label, what, spoken, about) {
    const made = button(label, async () => {
      // Not disabled meanwhile: that would take the focus away.
      if (made.getAttribute("aria-busy") === "true") return;
      made.setAttribute("aria-busy", "true");
      await this.ask(what, {});
      made.removeAttribute("aria-busy");
    }, { "aria-label": spoken, title: `${spoken}: ${about}` });
    return made;
  }

  /**
   * Have the client do something; where it can't, that is said below its line to emit.
   *
   * @param {string} what @param {Record<string, any>} given @returns {Promise<boolean>}
   */
  async ask(what, given) {
    try {
      await this.link.ask(what, { name: this.told.name, ...given });
      this.complain("");
      return true;
    } catch (error) {
      this.complain(/** @type {Error} */ (error).message);
      return false;
    }
  }

  /** @param {string} text */
  complain(text) {
    this.problem.hidden = text === "";
    this.problem.textContent = text;
  }

  /** Take in what is true now; what is left out has not changed. @param {Partial<PhoneTold>} told */
  update(told) {
    const before = this.told;
    this.told = { ...before, ...told, items: [] };
    this.root.classList.toggle("sio-cut", !this.told.connected);
    const state = this.told.connected ? "connected" : "offline";
    this.status.replaceChildren(html("i", { class: "sio-lamp", "aria-hidden": "true" }), state);
    this.tally.textContent = this.told.received.toLocaleString("en");
    if (told.namespaces) this.form.places(told.namespaces.map((place) => place.namespace));
    if (told.namespaces || told.why !== undefined || told.transport !== undefined) this.draw(before);
    this.ready();
  }

  ready() {
    if (!this.told.connected && document.activeElement === this.drop) this.anew.focus();
    this.drop.disabled = !this.told.connected;
    this.anew.classList.toggle("sio-primary", !this.told.connected);
  }

  /** Draw the one connection, and in it the namespaces that it carries. @param {PhoneTold} before */
  draw(before) {
    const { connected, transport, why, namespaces } = this.told;
    const kind = transport || "one";
    const caption = namespaces.length > 1 ? `${kind}, ${namespaces.length} namespaces` : `${kind} connection`;
    const about = `one ${transport} connection, which carries a client in each of its namespaces`;
    const name = html("div", { class: "sio-wire-name", title: connected ? about : why }, isolated(connected ? caption : why));
    const places = namespaces.map((place, at) => phonePlace(place, before.namespaces[at], connected));
    this.frame.replaceChildren(name, ...places);
  }

  /** Show these items and no others. @param {import("./phone_said.js").PhoneItem[]} items */
  rewrite(items) {
    this.shown.clear();
    this.list.replaceChildren();
    this.say(items, false);
    this.toEnd();
  }

  /**
   * Show items at the end, or in the place of what they were; a reader who has scrolled up is left there.
   *
   * @param {import("./phone_said.js").PhoneItem[]} items @param {boolean} areNew
   */
  say(items, areNew) {
    const follows = this.isAtEnd();
    const fresh = items.filter((item) => !this.shown.has(item.n));
    this.list.setAttribute("aria-live", fresh.length > PHONE_SPOKEN ? "off" : "polite");
    for (const item of items) this.put(item, areNew);
    for (const [number, line] of this.shown) {
      if (this.shown.size <= PHONE_ITEMS) break;
      line.remove();
      this.shown.delete(number);
    }
    if (follows) this.toEnd();
    else this.noteUnseen(this.unseen + fresh.length);
    return fresh;
  }

  /** @param {import("./phone_said.js").PhoneItem} item @param {boolean} isNew */
  put(item, isNew) {
    const before = this.shown.get(item.n);
    const line = phoneSaid(item, this.told.namespaces.length > 1);
    if (before) before.replaceWith(line);
    else this.list.append(line);
    if (isNew && !before) line.classList.add("sio-new");
    this.shown.set(item.n, line);
  }

  isAtEnd() {
    // It is reversed: its end is at 0, all before that is negative.
    return Math.abs(this.talk.scrollTop) <= PHONE_NEAR;
  }

  toEnd() {
    this.talk.scrollTop = 0;
    this.noteUnseen(0);
  }

  /** @param {number} count */
  noteUnseen(count) {
    this.unseen = count;
    this.jump.hidden = count === 0;
    this.jump.textContent = `${count} new ↓`;
  }

  /**
   * Say what the last round brought: null before the first one. What has just arrived flashes.
   *
   * @param {number | null} count @param {boolean} isNow
   */
  gain(count, isNow) {
    this.root.classList.toggle("sio-got", Boolean(count));
    this.gained.hidden = count === null;
    this.gained.textContent = count === null ? "" : `+${phoneShort(count)}`;
    if (!isNow) return;
    // Two names for one animation: the other one begins anew.
    this.flashes += 1;
    this.root.classList.toggle("sio-flash-a", this.flashes % 2 === 1);
    this.root.classList.toggle("sio-flash-b", this.flashes % 2 === 0);
  }
}

/** @param {number} count */
function phoneShort(count) {
  return count < 1000 ? String(count) : `${Math.floor(count / 1000).toLocaleString("en")}k`;
}

/** @param {PhonePlace} place @param {PhonePlace | undefined} before @param {boolean} connected */
function phonePlace(place, before, connected) {
  const isNew = place.sid && before?.sid !== place.sid ? " sio-new" : "";
  const sid = html("span", { class: `sio-sid${isNew}`, title: place.full && `sid ${place.full}` }, place.sid || "–");
  const without = place.sid ? "in no room" : connected ? "sent away" : "";
  const known = new Set(before?.rooms ?? []);
  const rooms = place.rooms.map((room) => isolated(room, { class: `sio-room${known.has(room) ? "" : " sio-new"}`, title: room }));
  const more = place.more > 0 && html("span", { class: "sio-none" }, `${(place.rooms.length + place.more).toLocaleString("en")} rooms`);
  const none = place.rooms.length === 0 && html("span", { class: "sio-none" }, without);
  return html(
    "div",
    { class: "sio-place" },
    isolated(place.namespace, { class: "sio-ns", title: place.namespace }),
    html("span", { class: "sio-sid-box" }, html("span", { class: "sio-none" }, "sid "), sid),
    html("span", { class: "sio-rooms" }, more, ...rooms, none),
  );
}
