// A namespace as a picture: rooms as boxes with their members in them, or, for many, a grid of clients and rooms.

import { html, isolated } from "./dom.js";
import { roomsDrawBoxes } from "./rooms_boxes.js";
import { roomsDrawGrid, roomsEmptyGrid } from "./rooms_grid.js";
import { roomsEverybodyPick, roomPicks, roomsCounted } from "./rooms_picks.js";

/** @typedef {import("./rooms_picks.js").RoomPlace} RoomPlace */

const ROOMS_MANY_CLIENTS = 40;
const ROOMS_MANY_ROOMS = 40;

/** Tell whether a namespace is better seen as a grid. @param {RoomPlace} place */
export function roomsSuitsGrid(place) {
  const { clients, rooms } = place;
  return rooms.length > ROOMS_MANY_ROOMS || (clients.length > ROOMS_MANY_CLIENTS && rooms.length > 3);
}

/** @returns {HTMLElement} */
export function roomsMakePlace() {
  const head = html(
    "div",
    { class: "sio-rooms-place-head" },
    html("button", { type: "button", class: "sio-rooms-pick sio-rooms-everybody" }),
    html("span", { class: "sio-count" }),
  );
  return html(
    "section",
    { class: "sio-rooms-place" },
    head,
    html("div", { class: "sio-rooms-picture" }),
    html("p", { class: "sio-hint sio-rooms-rest" }),
  );
}

/**
 * Show what a namespace is now.
 *
 * @param {HTMLElement} section as `roomsMakePlace` made it
 * @param {RoomPlace} place
 * @param {boolean} asGrid
 */
export function roomsDrawPlace(section, place, asGrid) {
  section.setAttribute("aria-label", `namespace ${place.text}`);
  const [head, picture, rest] = /** @type {HTMLElement[]} */ ([...section.children]);
  const [name, count] = /** @type {HTMLElement[]} */ ([...head.children]);
  roomPicks.set(name, roomsEverybodyPick(place));
  name.title = `${place.text}\nChoose everybody in this namespace`;
  if (name.textContent !== place.text) name.replaceChildren(isolated(place.text));
  count.textContent = place.clients_count
    ? `${roomsCounted(place.clients_count, "client")} · ${roomsCounted(place.rooms_count, "room")}`
    : "nobody is connected";
  const form = asGrid ? "grid" : "boxes";
  if (picture.dataset.form !== form)
    picture.replaceChildren(asGrid ? roomsEmptyGrid() : html("div", { class: "sio-rooms-boxes" }));
  picture.dataset.form = form;
  picture.hidden = place.clients.length === 0;
  (asGrid ? roomsDrawGrid : roomsDrawBoxes)(/** @type {HTMLElement} */ (picture.firstElementChild), place);
  const unlisted = roomsUnlistedIn(place);
  rest.hidden = !unlisted;
  rest.textContent = unlisted;
}

/** @param {RoomPlace} place */
function roomsUnlistedIn(place) {
  const clients = place.clients_count - place.clients.length;
  const rooms = place.rooms_count - place.rooms.length;
  const parts = [clients && roomsCounted(clients, "more client"), rooms && roomsCounted(rooms, "more room")];
  const told = parts.filter(Boolean).join(" and ");
  return told && `… and ${told}, which this map has no place for.`;
}
