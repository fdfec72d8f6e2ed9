// Join and leave rooms by events of the app's own: a client can't enter a room, it can only ask a handler to.

import { choice, field, make, part, say } from "./dom.js";
import { eventsIn } from "./settings.js";

const JOINS = /^(join|enter|subscribe|sub)([ _-]?(room|channel))?$/i;
const LEAVES = /^(leave|exit|unsubscribe|unsub|quit)([ _-]?(room|channel))?$/i;

/** @param {string[]} events @returns {string[]} those that look like joining, then those that look like leaving */
export const roomEvents = (events) => [...events.filter((name) => JOINS.test(name)), ...events.filter((name) => LEAVES.test(name))];

/**
 * What is sent for a room; handlers take either, and many want to know who it is.
 *
 * @param {string} shape
 * @param {string} room
 * @param {string} name
 */
export const roomArgument = (shape, room, name) => (shape === "text" ? room : { ...(name ? { username: name } : {}), room });

/**
 * @param {import("./connection.js").Connection} connection
 * @param {() => string} nameNow
 */
export function mountRoomsForm(connection, nameNow) {
  const preview = part("room-preview");
  /** @type {string[]} */
  let events = [];

  const argument = () => roomArgument(choice("room-shape").value, field("room").value.trim(), nameNow());
  const show = () => say(preview, events.length && field("room").value.trim() ? `sends ${JSON.stringify(argument())}` : "");

  /** @param {string} event */
  const ask = (event) => {
    if (!field("room").value.trim()) return field("room").focus();
    if (!connection.isConnected) return say(preview, "Not connected: nothing was sent.", "bad");
    connection.socket.emit(event, argument());
    say(preview, `Sent ${event} ${JSON.stringify(argument())}`, "good");
  };

  for (const id of ["room", "room-shape"]) part(id).addEventListener("input", show);
  part("rooms-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (events.length) ask(events[0]);
  });

  /** Offer what a namespace's handlers answer. @param {import("./settings.js").Settings} settings @param {string} namespace */
  return (settings, namespace) => {
    events = roomEvents(eventsIn(settings, namespace)).slice(0, 6);
    part("rooms-form").hidden = !events.length;
    const buttons = events.map((event) => make("button", { type: "button", onclick: () => ask(event) }, event));
    part("room-actions").replaceChildren(...buttons);
    show();
  };
}
