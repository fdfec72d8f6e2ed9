// The stage of the room map: its picture, what on it is lit, and how a pointer and keys move over it.

import { html } from "./dom.js";
import { roomsMarkColumns, roomsMarkRows } from "./rooms_grid.js";
import { roomsKeep, roomsNext } from "./rooms_keep.js";
import { roomsDrawPlace, roomsMakePlace } from "./rooms_picture.js";
import { roomDots, roomPicks } from "./rooms_picks.js";

/** @typedef {import("./rooms_picks.js").RoomPlace} RoomPlace */
/** @typedef {import("./rooms_picks.js").RoomPick} RoomPick */

/**
 * What is lit: ids of what is chosen, and sids of who is reached (null before that is known) and who is left out.
 *
 * @typedef {{chosen: Set<string>, reached: Set<string> | null, skipped: Set<string>}} RoomsLight
 */

export class RoomsStage {
  /** @param {(pick: RoomPick, event: MouseEvent) => void} picked */
  constructor(picked) {
    this.picked = picked;
    /** @type {Map<string, RoomPlace>} */
    this.places = new Map();
    /** @type {RoomsLight} */
    this.light = { chosen: new Set(), reached: null, skipped: new Set() };
    /** @type {RoomPick | null} */
    this.pointed = null;
    /** @type {HTMLElement | undefined} */
    this.stop = undefined;
    this.map = html("div", {
      class: "sio-rooms-map",
      onclick: (/** @type {MouseEvent} */ event) => this.clicked(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event),
      onpointerover: (/** @type {Event} */ event) => this.point(event.target),
      onpointerleave: () => this.point(null),
      onfocusin: (/** @type {Event} */ event) => this.focused(event.target),
      onfocusout: () => this.point(null),
    });
  }

  /** @param {Map<string, RoomPlace>} places @param {(place: RoomPlace) => boolean} asGrid */
  draw(places, asGrid) {
    this.places = places;
    const focused = document.activeElement;
    const hadFocus = focused !== null && this.map.contains(focused);
    roomsKeep(
      this.map,
      [...places.values()],
      (place) => place.namespace,
      roomsMakePlace,
      (section, place) => roomsDrawPlace(section, place, asGrid(place)),
    );
    this.tabStop();
    // What had the focus has left: the keys go on from beside it.
    if (hadFocus && (!this.map.contains(focused) || focused.closest(".sio-rooms-leaving"))) this.stop?.focus();
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const pick = this.pickAt(event.target);
    if (pick) this.picked(pick, event);
  }

  /** Light up who is reached, who is left out, and what is chosen. @param {RoomsLight} light */
  paint(light) {
    const isNew = light.reached !== null && light.reached !== this.light.reached;
    this.light = light;
    const { chosen, reached } = light;
    this.map.classList.toggle("sio-rooms-aimed", reached !== null);
    for (const element of this.picks()) this.paintPick(element, light);
    for (const box of this.map.querySelectorAll(".sio-rooms-box")) {
      const head = box.querySelector(".sio-rooms-room");
      box.classList.toggle("sio-rooms-chosen", chosen.has((head && roomPicks.get(head)?.id) ?? ""));
    }
    for (const dot of this.map.querySelectorAll(".sio-rooms-dot")) {
      dot.classList.toggle("sio-rooms-heard", reached?.has(roomDots.get(dot) ?? "") ?? false);
    }
    this.paintColumns();
    for (const ruled of this.grids()) roomsMarkRows(ruled, isNew);
  }

  grids() {
    return /** @type {NodeListOf<HTMLElement>} */ (this.map.querySelectorAll(".sio-rooms-ruled"));
  }

  /** @param {HTMLElement} element @param {RoomsLight} light */
  paintPick(element, { chosen, reached, skipped }) {
    const pick = roomPicks.get(element);
    element.setAttribute("aria-pressed", String(chosen.has(pick?.id ?? "")));
    element.parentElement?.classList.toggle("sio-rooms-chosen-line", chosen.has(pick?.id ?? ""));
    if (pick?.kind !== "client") return;
    const isReached = reached?.has(pick.sid ?? "") ?? false;
    const isSkipped = skipped.has(pick.sid ?? "");
    element.classList.toggle("sio-rooms-reached", isReached);
    element.classList.toggle("sio-rooms-skipped", isSkipped);
    element.parentElement?.classList.toggle("sio-rooms-heard", isReached);
    const state = isReached ? "reached" : isSkipped ? "left out" : "";
    if (state) element.setAttribute("aria-label", `${element.textContent}, ${state}`);
    else element.removeAttribute("aria-label");
  }

  paintColumns() {
    const { chosen, reached } = this.light;
    const look = (/** @type {RoomPick} */ pick) =>
      chosen.has(pick.id) || reached?.has(pick.sid ?? "")
        ? "sio-rooms-lit"
        : pick.id === this.pointed?.id
          ? "sio-rooms-at"
          : "";
    for (const ruled of this.grids()) roomsMarkColumns(ruled, look);
  }

  picks() {
    return /** @type {HTMLElement[]} */ ([...this.map.querySelectorAll(".sio-rooms-pick")]);
  }

  /** @param {EventTarget | null} target @returns {RoomPick | null} */
  pickAt(target) {
    const element = target instanceof Element ? target.closest(".sio-rooms-pick") : null;
    return (element && roomPicks.get(element)) ?? null;
  }

  /**
   * Show what belongs together: one connection in all rooms and namespaces, or the members of a room.
   *
   * @param {EventTarget | null} target
   */
  point(target) {
    const pick = this.pickAt(target);
    if (pick?.id === this.pointed?.id) return;
    this.pointed = pick;
    const place = pick && this.places.get(pick.namespace);
    const members = new Set(pick?.room?.members.map((position) => place?.clients[position]?.[0]));
    for (const element of this.picks()) {
      const other = roomPicks.get(element);
      const isKin = pick !== null && other?.kind === "client" && (other.eio === pick.eio || members.has(other.sid));
      element.classList.toggle("sio-rooms-kin", isKin);
    }
    this.paintColumns();
  }

  /** @param {EventTarget | null} target */
  focused(target) {
    const element = target instanceof Element ? target.closest(".sio-rooms-pick") : null;
    if (element instanceof HTMLElement) this.tabStop(element);
    this.point(target);
  }

  /** One stop for the tab key; arrows lead on from there. @param {HTMLElement} [wanted] */
  tabStop(wanted) {
    const picks = this.picks();
    const known = [wanted, this.stop].find((one) => one && one.isConnected && !one.closest(".sio-rooms-leaving"));
    this.stop = known ?? picks[0];
    for (const pick of picks) {
      const index = pick === this.stop ? "0" : "-1";
      if (pick.getAttribute("tabindex") !== index) pick.setAttribute("tabindex", index);
    }
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (!(event.target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = roomsNext(this.picks(), event.target, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}
