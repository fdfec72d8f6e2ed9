// What the room map says of an emit: to whom it is addressed, and who would get it.

import { html, isolated } from "./dom.js";
import { roomsCounted } from "./rooms_picks.js";

/** @typedef {import("./rooms_picks.js").RoomPlace} RoomPlace */
/** @typedef {import("./rooms_picks.js").RoomPick} RoomPick */
/** @typedef {string | HTMLElement} RoomsWord */
/**
 * Null while it is awaited.
 *
 * @typedef {{sids?: string[], names?: string[], count?: number, problem?: boolean} | null} RoomsAnswer
 */

const ROOMS_NAMED = 12;

/**
 * Return the sentence as pieces.
 *
 * @param {RoomPick[]} targets
 * @param {RoomPick[]} skipped
 * @param {RoomsAnswer} answer
 * @param {RoomPlace | undefined} place the namespace of the targets
 * @param {number} places how many namespaces there are
 * @returns {RoomsWord[]}
 */
export function roomsReachSaid(targets, skipped, answer, place, places) {
  if (!targets.length) {
    return [
      html("span", { class: "sio-hint" }, "Choose a client, a room or a namespace: who hears an emit to it lights up."),
    ];
  }
  const where =
    places > 1 && targets[0].kind !== "everybody" ? [" in ", isolated(place?.text ?? targets[0].namespace)] : [];
  const left = skipped.length ? [", skipping ", ...roomsListed(skipped.map((pick) => isolated(pick.label)))] : [];
  return [
    "emit to ",
    ...roomsListed(targets.map(roomsSaid)),
    ...where,
    ...left,
    ...roomsReached(answer, place),
    ...roomsHint(skipped),
  ];
}

/** @param {RoomsAnswer} answer @param {RoomPlace | undefined} place @returns {RoomsWord[]} */
function roomsReached(answer, place) {
  if (!answer?.sids) return answer?.problem ? [] : [" …"];
  const { sids, names = [], count = sids.length } = answer;
  if (!sids.length) return [" would reach ", html("strong", {}, "nobody")];
  const called = new Map(place?.clients.map(([sid, label]) => [sid, label]));
  const labels = sids.slice(0, ROOMS_NAMED).map((sid, number) => isolated(called.get(sid) ?? names[number] ?? sid));
  const hidden = count - labels.length;
  const rest = hidden ? [` and ${hidden.toLocaleString("en")} more`] : [];
  const many = html("strong", {}, roomsCounted(count, "client"));
  return [" would reach ", many, ": ", ...roomsListed(labels), ...rest, ...roomsUndrawn(sids, called, count)];
}

/**
 * Say how many of those reached can't light up.
 *
 * @param {string[]} sids
 * @param {Map<string, string>} called
 * @param {number} count
 * @returns {RoomsWord[]}
 */
function roomsUndrawn(sids, called, count) {
  const undrawn = count - sids.filter((sid) => called.has(sid)).length;
  return undrawn
    ? [html("span", { class: "sio-hint" }, ` · ${undrawn.toLocaleString("en")} of them not on this map`)]
    : [];
}

/** What it is to skip one client. @param {RoomPick[]} skipped @returns {RoomsWord[]} */
function roomsHint(skipped) {
  if (skipped.length !== 1) return [];
  return [html("span", { class: "sio-hint" }, " · as include_self=False does for its own events")];
}

/** What is chosen, as it is typed. @param {RoomPick} pick @returns {HTMLElement} */
function roomsSaid(pick) {
  if (pick.kind === "everybody") return html("span", {}, "everybody in ", isolated(pick.label));
  if (pick.kind === "client") return isolated(pick.label);
  const type = pick.room?.type;
  return type ? html("span", {}, "room ", isolated(pick.label), ` (${type})`) : isolated(`room:${pick.label}`);
}

/** @param {HTMLElement[]} parts @returns {RoomsWord[]} */
function roomsListed(parts) {
  return parts.flatMap((part, number) => (number ? [", ", part] : [part]));
}
