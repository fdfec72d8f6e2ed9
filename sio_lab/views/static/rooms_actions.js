// What can be done with what is chosen on the room map: put into rooms, take out, disconnect, close; asked in place.

import { button, html, isolated } from "./dom.js";

/** @typedef {import("./rooms_picks.js").RoomPick} RoomPick */
/** @typedef {import("./rooms_picks.js").Room} Room */

/**
 * @typedef {object} RoomsChosen
 * @property {RoomPick[]} targets
 * @property {Room[]} inside the rooms of the one client chosen
 * @property {Room[]} all all rooms of the namespace
 * @property {boolean} emits whether there is somewhere to emit from
 */

export class RoomsActions {
  /**
   * @param {(what: string, given: Record<string, any>) => Promise<any>} ask
   * @param {() => void} clear
   * @param {() => void} emit
   * @param {(what: string) => boolean} can whether that may be asked
   */
  constructor(ask, clear, emit, can = () => true) {
    this.can = can;
    this.ask = ask;
    this.clear = clear;
    this.emit = emit;
    this.whom = "";
    this.shown = "";
    /** @type {RoomsChosen} */
    this.chosen = { targets: [], inside: [], all: [], emits: false };
    /** Whether a question is open that a change of the map must not take away. */
    this.asking = false;
    this.told = html("p", { class: "sio-rooms-told", role: "status", hidden: true });
    this.element = html("div", { class: "sio-rooms-acts" });
  }

  /** Offer what can be done with what is chosen now. @param {RoomsChosen} chosen */
  offer(chosen) {
    const whom = chosen.targets.map((target) => target.id).join("\n");
    const shown = `${whom}\n${chosen.inside.map((room) => room.key).join()}`;
    if (whom !== this.whom) {
      this.tell("");
      this.asking = false;
    }
    if (shown === this.shown || this.asking) return;
    this.whom = whom;
    this.shown = shown;
    this.chosen = chosen;
    this.rest();
  }

  /** Close the question that is open; tells whether there was one. */
  cancel() {
    const wasAsking = this.asking;
    if (wasAsking) this.rest(true);
    return wasAsking;
  }

  /** @param {boolean} [focus] whether the focus was in what goes away */
  rest(focus = false) {
    this.asking = false;
    const { targets, inside, emits } = this.chosen;
    const [only] = targets.length === 1 ? targets : [];
    const offers = [];
    if (only?.kind === "client" && this.can("join")) offers.push(button("Join room…", () => this.join(only)));
    if (only?.kind === "client" && this.can("leave") && inside.some((room) => room.name !== null))
      offers.push(button("Leave room…", () => this.leave(only)));
    if (only?.kind === "client" && this.can("kick"))
      offers.push(button("Disconnect…", () => this.disconnect(only), { class: "sio-danger" }));
    if (only?.kind === "room" && only.to !== null && this.can("close_room"))
      offers.push(button("Close room…", () => this.close(only), { class: "sio-danger" }));
    if (emits && targets.length) offers.unshift(button("Emit to these…", this.emit, { class: "sio-primary" }));
    if (targets.length) offers.push(button("Clear", this.clear, { title: "Choose nothing (Esc)" }));
    this.element.replaceChildren(...offers);
    if (focus) /** @type {HTMLElement | undefined} */ (offers[0])?.focus();
  }

  /** @param {RoomPick} client */
  join(client) {
    const rooms = this.chosen.all.filter((room) => room.name !== null);
    const list = html(
      "datalist",
      { id: `sio-rooms-${++roomsLists.count}` },
      ...rooms.map((room) => html("option", { value: room.text })),
    );
    const room = /** @type {HTMLInputElement} */ (
      html("input", { class: "sio-field", "aria-label": "room", placeholder: "room", list: list.id, maxlength: 500 })
    );
    const known = () =>
      rooms.find((one) => one.text === room.value && one.type) ?? rooms.find((one) => one.text === room.value);
    this.form(
      [isolated(client.label), " joins", room, list],
      "Join",
      () =>
        room.value !== "" &&
        this.act("join", { who: client.to, room: known()?.name ?? room.value, namespace: client.namespace }),
    );
  }

  /** @param {RoomPick} client */
  leave(client) {
    const rooms = this.chosen.inside.filter((room) => room.name !== null);
    const options = rooms.map((room, number) =>
      html("option", { value: number }, room.type ? `${room.text} (${room.type})` : room.text),
    );
    const choice = /** @type {HTMLSelectElement} */ (
      html("select", { class: "sio-field", "aria-label": "room" }, ...options)
    );
    this.form([isolated(client.label), " leaves", choice], "Leave", () =>
      this.act("leave", { who: client.to, room: rooms[choice.selectedIndex].name, namespace: client.namespace }),
    );
  }

  /** @param {RoomPick} client */
  disconnect(client) {
    const question = ["Disconnect ", isolated(client.label), " from ", isolated(client.namespace), "?"];
    this.form(
      question,
      "Disconnect",
      () => this.act("kick", { who: client.to, namespace: client.namespace }),
      "sio-danger",
    );
  }

  /** @param {RoomPick} room */
  close(room) {
    const count = room.room?.count ?? 0;
    const question = [
      "Close ",
      isolated(room.label),
      `? Its ${count === 1 ? "client leaves" : `${count} clients leave`} it.`,
    ];
    // A name that begins like a WHO is said as one, so that it is read as a name.
    const name = room.room?.name;
    const plain = typeof name === "string" && !name.startsWith("room:");
    const said = plain ? name : room.to;
    this.form(
      question,
      "Close room",
      () => this.act("close_room", { room: said, namespace: room.namespace }),
      "sio-danger",
    );
  }

  /**
   * Ask in place: nothing is done before the second step.
   *
   * @param {import("./dom.js").Child[]} question
   * @param {string} label
   * @param {() => unknown} act
   * @param {string} [look]
   */
  form(question, label, act, look = "sio-primary") {
    this.asking = true;
    this.tell("");
    const agree = button(label, () => {}, { class: look, type: "submit" });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      act();
    };
    const asked = html("span", { class: "sio-rooms-question" }, ...question);
    const form = html(
      "form",
      { class: "sio-rooms-ask", onsubmit: submit },
      asked,
      agree,
      button("Cancel", () => this.rest(true)),
    );
    this.element.replaceChildren(form);
    /** @type {HTMLElement} */ (form.querySelector("input, select") ?? agree).focus();
  }

  /** @param {string} what @param {Record<string, any>} given */
  async act(what, given) {
    this.rest(true);
    try {
      const answer = await this.ask(what, given);
      this.tell(answer?.text ?? "");
    } catch (error) {
      this.tell(/** @type {Error} */ (error).message, true);
    }
  }

  /** @param {string} text @param {boolean} [failed] */
  tell(text, failed = false) {
    this.told.textContent = failed ? `✕ ${text}` : text;
    this.told.hidden = !text;
    this.told.classList.toggle("sio-problem", failed);
  }
}

/** Lists of suggestions are found by an id, of which a page has one each. */
const roomsLists = { count: 0 };
