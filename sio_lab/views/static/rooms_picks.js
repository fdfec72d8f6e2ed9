// Clients and rooms as buttons: what each shows, and what choosing it means.

import { html, isolated, svg } from "./dom.js";

/** @typedef {[sid: string, label: string, eio_sid: string, full: string]} RoomClient */

/**
 * @typedef {object} Room
 * @property {number} key
 * @property {string} text
 * @property {string} full more of its name, for a tooltip
 * @property {string} type what it is, where it is no text
 * @property {string | number | null} name what joins it, where a page can say that
 * @property {string | number | null} to the WHO that means it, likewise
 * @property {number[]} members positions among the clients
 * @property {number} count
 */

/**
 * @typedef {object} RoomPlace
 * @property {string} namespace
 * @property {string} text
 * @property {RoomClient[]} clients
 * @property {Room[]} rooms
 * @property {number} clients_count
 * @property {number} rooms_count
 */

/**
 * What can be chosen: an address of an emit. `id` is what it is known by on this page.
 *
 * @typedef {object} RoomPick
 * @property {"client" | "room" | "everybody"} kind
 * @property {string} id
 * @property {string} namespace
 * @property {string | number | null} to null for everybody in the namespace
 * @property {string} label
 * @property {string} [sid]
 * @property {string} [eio]
 * @property {Room} [room]
 */

/** What each element of the map can choose. @type {WeakMap<Element, RoomPick>} */
export const roomPicks = new WeakMap();

/** Whose each dot of a grid is. @type {WeakMap<Element, string>} */
export const roomDots = new WeakMap();

/** @param {RoomPlace} place @returns {RoomPick} */
export function roomsEverybodyPick({ namespace, text }) {
  return { kind: "everybody", id: `everybody ${namespace}`, namespace, to: null, label: text };
}

/** @param {RoomPlace} place @param {RoomClient} client @returns {RoomPick} */
export function roomsClientPick({ namespace }, [sid, label, eio]) {
  return { kind: "client", id: `client ${sid}`, namespace, to: `sid:${sid}`, label, sid, eio };
}

/** @param {RoomPlace} place @param {Room} room @returns {RoomPick} */
export function roomsRoomPick({ namespace }, room) {
  // A room that was empty for a while is the same room, under another key.
  const id = room.to === null ? `room ${room.key}` : `room ${namespace} ${JSON.stringify(room.to)}`;
  return { kind: "room", id, namespace, to: room.to, label: room.text, room };
}

/** Count with commas and the right ending. @param {number} count @param {string} what */
export function roomsCounted(count, what) {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

/** @param {HTMLElement} element @param {Room} room @param {RoomPlace} place */
export function roomsDressRoom(element, room, place) {
  roomPicks.set(element, roomsRoomPick(place, room));
  if (element.dataset.key === String(room.key)) return;
  element.dataset.key = String(room.key);
  element.title = room.full || room.text;
  element.replaceChildren(isolated(room.text, { class: "sio-rooms-name" }));
  if (room.type) element.append(html("small", { class: "sio-rooms-type" }, room.type));
  const unsayable = room.to === null;
  element.setAttribute("aria-disabled", String(unsayable));
  if (unsayable) element.title += "\nIts name can't be said from here: use lab.emit(…, to=…)";
}

/** @returns {HTMLElement} */
export function roomsMakeClient() {
  return html(
    "button",
    { type: "button", class: "sio-rooms-pick sio-rooms-person" },
    roomsFigure(),
    isolated("", { class: "sio-rooms-name" }),
  );
}

/** @param {HTMLElement} chip @param {RoomClient} client @param {RoomPlace} place */
export function roomsDressClient(chip, client, place) {
  roomPicks.set(chip, roomsClientPick(place, client));
  const [, label, , full] = client;
  const name = /** @type {HTMLElement} */ (chip.lastElementChild);
  if (name.textContent !== label) name.textContent = label;
  if (chip.title !== full) chip.title = full;
}

/** Head and shoulders: hollow, and filled where the client is reached. */
function roomsFigure() {
  return svg(
    "svg",
    { class: "sio-rooms-figure", viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" },
    svg("circle", { cx: 6, cy: 3.6, r: 2.1 }),
    svg("path", { d: "M1.9 10.9 C1.9 8.4 3.6 7.2 6 7.2 S10.1 8.4 10.1 10.9 Z" }),
    svg("path", { class: "sio-rooms-strike", d: "M1 11 L11 1" }),
  );
}
