// The room map: who is in which room; and, of what is chosen, who an emit would reach, as the server tells it.

import { button, html, isolated } from "./dom.js";
import { RoomsActions } from "./rooms_actions.js";
import { roomsCounted, roomsEverybodyPick, roomsRoomPick } from "./rooms_picks.js";
import { roomsSuitsGrid } from "./rooms_picture.js";
import { roomsReachSaid } from "./rooms_said.js";
import { RoomsStage } from "./rooms_stage.js";

/** @typedef {import("./rooms_picks.js").RoomPlace} RoomPlace */
/** @typedef {import("./rooms_picks.js").RoomPick} RoomPick */
/** @typedef {"choose" | "add" | "skip"} RoomsClick */

const ROOMS_CLICKS = [
  ["choose", "Choose", "A click chooses whom to emit to"],
  ["add", "Add", "A click adds to what is chosen (also Shift or Ctrl and a click)"],
  ["skip", "Skip", "A click on a client leaves it out, as skip_sid does (also Alt and a click)"],
];
const ROOMS_FORMS = [
  ["boxes", "Rooms", "Rooms with their members in them"],
  ["grid", "Grid", "Clients and rooms as a grid"],
];

/**
 * Show the room map in `root`; returns what takes it away.
 *
 * @param {HTMLElement} root
 * @param {import("./link.js").Link} link
 * @param {string} feed
 * @returns {() => void}
 */
export function mountRooms(root, link, feed) {
  const map = new RoomsMap(link);
  root.append(map.element);
  const leave = link.follow(feed, {
    state: (state) =>
      map.take(
        state.namespaces,
        state.namespaces.map((/** @type {RoomPlace} */ place) => place.namespace),
        state.more,
      ),
    patch: (patch) => map.take(patch.namespaces, patch.order, patch.more),
  });
  return () => {
    leave();
    map.turn = -1;
    map.element.remove();
  };
}

class RoomsMap {
  /** @param {import("./link.js").Link} link */
  constructor(link) {
    this.link = link;
    this.emits = link.model.get("shown").options?.emit === true;
    /** @type {Map<string, RoomPlace>} */
    this.places = new Map();
    /** @type {RoomPick[]} */
    this.targets = [];
    /** @type {Map<string, RoomPick>} by sid */
    this.skipped = new Map();
    /** @type {Set<string> | null} */
    this.reached = null;
    /** @type {RoomsClick} */
    this.click = "choose";
    /** @type {string | null} the form that the reader chose; null for what suits */
    this.form = null;
    /** What the kernel said of who is reached. @type {{sids: string[], names: string[]} | null} */
    this.answer = null;
    /** Counts what is to be asked: an answer to an older question is not shown. */
    this.turn = 0;
    this.asking = false;
    this.count = html("span", { class: "sio-count" });
    this.clicks = roomsSwitch("What a click does", ROOMS_CLICKS, (click) =>
      this.switchClick(/** @type {RoomsClick} */ (click)),
    );
    this.forms = roomsSwitch("How it is drawn", ROOMS_FORMS, (form) => this.switchForm(form));
    this.actions = new RoomsActions(
      (what, given) => link.ask(what, given),
      () => this.choose([]),
      () => this.emit(),
      (what) => link.can(what),
    );
    this.reach = html("div", { class: "sio-rooms-reach", role: "status", hidden: !link.can("reach") });
    this.problem = html("p", { class: "sio-problem", role: "alert", hidden: true });
    this.stage = new RoomsStage((pick, event) => this.clicked(pick, event));
    this.empty = html(
      "p",
      { class: "sio-hint sio-rooms-empty", hidden: true },
      "No client is connected. Connect one: lab.client('ada')",
    );
    this.more = html("p", { class: "sio-hint", hidden: true });
    this.escape = this.escape.bind(this);
    this.element = this.build();
    this.showSwitches();
    this.showReach();
  }

  /** The frame around the stage. */
  build() {
    const clicks = html(
      "span",
      { class: "sio-rooms-clicks" },
      html("span", { class: "sio-hint" }, "A click"),
      this.clicks,
    );
    this.forms.classList.add("sio-push");
    const bar = html("div", { class: "sio-bar" }, this.count, clicks, this.forms);
    const line = html("div", { class: "sio-rooms-line" }, this.reach, this.actions.element);
    const { told } = this.actions;
    const attributes = { class: "sio-rooms-view", onkeydown: this.escape };
    return html("div", attributes, bar, line, told, this.problem, this.empty, this.stage.map, this.more);
  }

  /**
   * Take in what the kernel tells: some namespaces anew, and the names of all.
   *
   * @param {RoomPlace[]} places
   * @param {string[]} order
   * @param {number} more
   */
  take(places, order, more) {
    for (const place of places) this.places.set(place.namespace, place);
    const known = order.flatMap((name) => this.places.get(name) ?? []);
    this.places = new Map(known.map((place) => [place.namespace, place]));
    this.more.hidden = !more;
    this.more.textContent = more
      ? `… and ${roomsCounted(more, "more namespace")}, which this map has no place for.`
      : "";
    this.outlive();
    this.draw();
    this.preview();
  }

  draw() {
    const places = [...this.places.values()];
    this.stage.draw(this.places, (place) => (this.form ? this.form === "grid" : roomsSuitsGrid(place)));
    const clients = places.reduce((sum, place) => sum + place.clients_count, 0);
    const rooms = places.reduce((sum, place) => sum + place.rooms_count, 0);
    const lines = new Set(places.flatMap((place) => place.clients.map(([, , eio]) => eio))).size;
    const isWhole = places.every((place) => place.clients.length === place.clients_count);
    const on = isWhole && lines !== clients ? ` on ${roomsCounted(lines, "connection")}` : "";
    this.count.textContent = `${roomsCounted(clients, "client")}${on} · ${roomsCounted(rooms, "room")}`;
    this.empty.hidden = clients > 0;
    this.showSwitches();
    this.paint();
  }

  /** Forget chosen clients that have left; a room may fill again. */
  outlive() {
    const sids = new Set([...this.places.values()].flatMap((place) => place.clients.map(([sid]) => sid)));
    const rooms = new Map(
      [...this.places.values()].flatMap((place) => place.rooms.map((room) => [roomsRoomPick(place, room).id, room])),
    );
    this.targets = this.targets.filter((target) => target.kind !== "client" || sids.has(target.sid ?? ""));
    for (const target of this.targets) {
      if (target.room) target.room = rooms.get(target.id) ?? { ...target.room, count: 0 };
    }
    for (const sid of this.skipped.keys()) if (!sids.has(sid)) this.skipped.delete(sid);
  }

  // --- choosing

  /** @param {RoomPick} pick @param {MouseEvent} event */
  clicked(pick, event) {
    if (pick.kind === "client" && (event.altKey || this.click === "skip")) this.skip(pick);
    else if (pick.kind === "room" && pick.to === null) this.cannot(pick);
    else this.choose(this.withPick(pick, event.shiftKey || event.ctrlKey || event.metaKey || this.click === "add"));
  }

  /** @param {RoomPick} pick @param {boolean} adds @returns {RoomPick[]} */
  withPick(pick, adds) {
    const isChosen = this.targets.some((target) => target.id === pick.id);
    if (adds && isChosen) return this.targets.filter((target) => target.id !== pick.id);
    if (isChosen && this.targets.length === 1) return [];
    // An emit goes to one namespace; everybody is everybody.
    const beside = this.targets.filter((target) => target.namespace === pick.namespace && target.kind !== "everybody");
    return adds && pick.kind !== "everybody" ? [...beside, pick] : [pick];
  }

  /** @param {RoomPick[]} targets */
  choose(targets) {
    const [first] = targets;
    for (const [sid, pick] of this.skipped) if (pick.namespace !== first?.namespace) this.skipped.delete(sid);
    this.targets = targets;
    this.aim();
  }

  /** Leave a client out, or no more; with nothing chosen, of what goes to everybody. @param {RoomPick} pick */
  skip(pick) {
    const place = this.places.get(pick.namespace);
    if (this.targets[0]?.namespace !== pick.namespace && place) {
      this.targets = [roomsEverybodyPick(place)];
      this.skipped.clear();
    }
    const sid = pick.sid ?? "";
    if (!this.skipped.delete(sid)) this.skipped.set(sid, pick);
    this.aim();
  }

  aim() {
    this.reached = null;
    this.answer = null;
    this.problem.hidden = true;
    this.paint();
    this.preview();
  }

  /** @param {RoomPick} pick */
  cannot(pick) {
    this.problem.replaceChildren(
      "✕ ",
      isolated(pick.label),
      " can't be said from here: its name is too long, or looks like another room's.",
    );
    this.problem.hidden = false;
  }

  /**
   * The words of a WHO, null for everybody or nobody; in a list, since one with a space in it might be read as two.
   *
   * @param {Iterable<RoomPick>} picks
   */
  who(picks) {
    const words = [...picks].map((pick) => pick.to).filter((word) => word !== null);
    return words.length ? words : null;
  }

  given() {
    return { to: this.who(this.targets), skip: this.who(this.skipped.values()), namespace: this.targets[0]?.namespace };
  }

  emit() {
    const { to, skip, namespace } = this.given();
    this.element.dispatchEvent(new CustomEvent("sio-emit-to", { bubbles: true, detail: { to, namespace, skip } }));
  }

  /** Ask who is reached, one question at a time: what has changed meanwhile is asked after it. */
  async preview() {
    this.turn += 1;
    this.offer();
    this.showReach();
    if (this.asking || !this.targets.length || !this.link.can("reach")) return;
    this.asking = true;
    const { turn } = this;
    const answer = await this.link.ask("reach", this.given()).catch((error) => ({ problem: error.message }));
    this.asking = false;
    if (this.turn < 0) return;
    if (turn !== this.turn) this.preview();
    else this.takeAnswer(answer);
  }

  /** @param {any} answer */
  takeAnswer(answer) {
    this.answer = answer.problem ? null : answer;
    this.reached = answer.problem ? null : new Set(answer.sids);
    this.problem.textContent = answer.problem ? `✕ ${answer.problem}` : "";
    this.problem.hidden = !answer.problem;
    this.paint();
    this.showReach();
  }

  // --- showing

  offer() {
    const [first] = this.targets;
    const place = first && this.places.get(first.namespace);
    const position = place ? place.clients.findIndex(([sid]) => sid === first.sid) : -1;
    const all = place?.rooms ?? [];
    const inside = position < 0 ? [] : all.filter((room) => room.members.includes(position));
    this.actions.offer({ targets: this.targets, inside, all, emits: this.emits });
  }

  showReach() {
    const place = this.places.get(this.targets[0]?.namespace);
    const told = this.problem.hidden ? this.answer : { problem: true };
    const said = roomsReachSaid(this.targets, [...this.skipped.values()], told, place, this.places.size);
    const text = said.map((piece) => (typeof piece === "string" ? piece : piece.textContent)).join("");
    // A screen reader reads out what is put here, the same words, too.
    if (text !== this.reach.textContent) this.reach.replaceChildren(...said);
  }

  paint() {
    const chosen = new Set(this.targets.map((target) => target.id));
    this.stage.paint({ chosen, reached: this.reached, skipped: new Set(this.skipped.keys()) });
  }

  showSwitches() {
    roomsSwitched(this.clicks, this.click);
    const grids = [...this.places.values()].some(roomsSuitsGrid);
    roomsSwitched(this.forms, this.form ?? (grids ? "grid" : "boxes"));
  }

  /** @param {RoomsClick} click */
  switchClick(click) {
    this.click = click;
    this.showSwitches();
  }

  /** @param {string} form */
  switchForm(form) {
    this.form = form;
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  escape(event) {
    if (event.key !== "Escape") return;
    if (!this.actions.cancel()) this.choose([]);
  }
}

/**
 * Buttons of which one is pressed.
 *
 * @param {string} label
 * @param {string[][]} choices name, text and tooltip of each
 * @param {(name: string) => void} choose
 */
function roomsSwitch(label, choices, choose) {
  const buttons = choices.map(([name, text, title]) => button(text, () => choose(name), { title, "data-name": name }));
  return html("span", { class: "sio-rooms-switch", role: "group", "aria-label": label }, ...buttons);
}

/** @param {HTMLElement} element @param {string} name */
function roomsSwitched(element, name) {
  for (const one of element.children) {
    one.setAttribute("aria-pressed", String(one instanceof HTMLElement && one.dataset.name === name));
  }
}
