// A namespace as rooms with their members in them.

import { html } from "./dom.js";
import { roomsKeep } from "./rooms_keep.js";
import { roomsDressClient, roomsDressRoom, roomsMakeClient, roomsCounted } from "./rooms_picks.js";

/** @typedef {import("./rooms_picks.js").Room} Room */
/** @typedef {import("./rooms_picks.js").RoomClient} RoomClient */
/** @typedef {import("./rooms_picks.js").RoomPlace} RoomPlace */

/** @typedef {{key: any, room: Room | null, members: RoomClient[], count: number, title: string}} RoomBox */

/**
 * Show the rooms of a namespace, and who is in none.
 *
 * @param {HTMLElement} parent
 * @param {RoomPlace} place
 */
export function roomsDrawBoxes(parent, place) {
  roomsKeep(
    parent,
    roomsBoxesOf(place),
    (box) => box.key,
    roomsMakeBox,
    (element, box) => roomsDrawBox(element, box, place),
  );
}

/** @param {RoomPlace} place @returns {RoomBox[]} */
function roomsBoxesOf(place) {
  /** @type {RoomBox[]} */
  const boxes = place.rooms.map((room) => {
    const members = room.members.map((position) => place.clients[position]);
    return { key: room.key, room, members, count: room.count, title: room.text };
  });
  const inside = new Set(place.rooms.flatMap((room) => room.members));
  const outside = place.clients.filter((_, position) => !inside.has(position));
  // Who is in a room that is only counted can't be said to be in none.
  const isWhole =
    place.rooms_count === place.rooms.length && place.rooms.every((room) => room.count === room.members.length);
  const title = isWhole ? "in no room" : "others";
  if (outside.length) boxes.push({ key: "outside", room: null, members: outside, count: outside.length, title });
  return boxes;
}

/** @param {RoomBox} box */
function roomsMakeBox(box) {
  const head = box.room
    ? html("button", { type: "button", class: "sio-rooms-pick sio-rooms-room" })
    : html("span", { class: "sio-rooms-room" });
  const top = html("div", { class: "sio-rooms-box-head" }, head, html("span", { class: "sio-count" }));
  const members = html("div", { class: "sio-rooms-members" });
  return html(
    "div",
    { class: box.room ? "sio-rooms-box" : "sio-rooms-box sio-rooms-outside", role: "group" },
    top,
    members,
  );
}

/** @param {HTMLElement} element @param {RoomBox} box @param {RoomPlace} place */
function roomsDrawBox(element, box, place) {
  const [top, members] = /** @type {HTMLElement[]} */ ([...element.children]);
  const [head, count] = /** @type {HTMLElement[]} */ ([...top.children]);
  element.setAttribute("aria-label", `${box.room ? "room " : ""}${box.title}, ${roomsCounted(box.count, "client")}`);
  if (box.room) roomsDressRoom(head, box.room, place);
  else head.textContent = box.title;
  const hidden = box.count - box.members.length;
  count.textContent = box.count.toLocaleString("en") + (hidden ? ` (${hidden.toLocaleString("en")} not shown)` : "");
  roomsKeep(
    members,
    box.members,
    ([sid]) => sid,
    roomsMakeClient,
    (chip, client) => roomsDressClient(chip, client, place),
  );
}
