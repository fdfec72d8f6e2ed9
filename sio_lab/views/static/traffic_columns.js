// The columns of the traffic table, as views/cells.py has them: what stands in each, its look and its tooltip.

import { counted, duration, timeOfDay } from "./format.js";

/** @typedef {import("./rows.js").TrafficRow} Row */
/** @typedef {import("./grid.js").GridColumn} Column */

export const FAILED_MARK = "✕";

const ENDED_WRONG = new Set(["raised", "no-handler", "refused"]);
const IN_THE_SERVER = new Set(["join", "leave", "close_room", "server"]);
/** @type {Record<string, [string, string, string]>} */
const ARROW_CELLS = {
  in: ["→", "in", "in: from a client"],
  out: ["←", "out", "out: to a client"],
  "-": ["·", "muted", "in the server"],
};

/**
 * The columns, in order. Those with a `spare` give way where it is narrow, the lowest first.
 *
 * @param {() => number} offset minutes east of UTC where the kernel runs
 * @returns {Column[]}
 */
export function trafficColumns(offset) {
  /** @param {string} name @param {string} about @param {(row: Row) => any[]} cell @param {Partial<Column>} [more] */
  const column = (name, about, cell, more = {}) => ({ name, header: name, about, cell, ...more });
  return [
    column("seq", "the row's number in the log", (row) => [String(row.seq), "muted"], { numeric: true, spare: 4 }),
    column("time", "when it happened", (row) => [timeOfDay(row.time, offset()), "muted"], { tabular: true, spare: 6 }),
    column("direction", "→ from a client, ← to one, · in the server", arrowCell, { header: "dir", centred: true }),
    column("kind", "what it is: event, emit, connect, join, ...", kindCell),
    column("namespace", "the namespace it happened in", (row) => [row.namespace], {
      ...{ header: "ns", most: 140, spare: 3 },
      worth: (/** @type {Row} */ row) => row.namespace !== null && row.namespace !== "/",
    }),
    column("event", "the event's name; of an HTTP request, its method and path", (row) => [row.event, "strong"], {
      ...{ most: 220, gives: true },
    }),
    column("client", "the client it came from, or whom it went to", clientCell, { most: 150, gives: true }),
    column("to", "rooms and sids it was addressed to; the room joined, left or closed", (row) => [row.to], {
      ...{ most: 150, spare: 2 },
      worth: (/** @type {Row} */ row) => row.to !== null,
    }),
    column("args", "the arguments", argsCell, { least: 120, gives: true, rest: true }),
    column("ack", "what was acknowledged", (row) => [row.ack, "code"], {
      ...{ most: 180, spare: 1 },
      worth: (/** @type {Row} */ row) => row.ack !== null,
    }),
    column("ms", "how long the handler, the ack or the request took", timeCell, { numeric: true, spare: 5 }),
    column(
      "status",
      "of an event: running, handled, no-handler, raised or refused; of a request: its HTTP status",
      statusCell,
    ),
  ];
}

/** @param {Row} row */
function arrowCell(row) {
  return ARROW_CELLS[row.kind === "emit" ? "out" : IN_THE_SERVER.has(row.kind) ? "-" : "in"];
}

/** @param {Row} row */
function kindCell(row) {
  // Of what has a status that failed, the status carries the mark.
  const failed = row.failed && !ENDED_WRONG.has(row.status ?? "");
  return failed ? [`${FAILED_MARK} ${row.kind}`, "failed"] : [row.kind];
}

/** @param {Row} row */
function clientCell(row) {
  if (row.client !== null) return [row.client, "", row.sid ? `sid ${row.sid}` : ""];
  if (row.recipients === null) return [""];
  return [row.recipients ? `${counted(row.recipients)} clients` : "nobody", "muted"];
}

/** @param {Row} row */
function argsCell(row) {
  return row.args === "()" ? [row.args, "muted", "no arguments"] : [row.args, "code"];
}

/** @param {Row} row */
function timeCell(row) {
  return row.ms === null ? [""] : [duration(row.ms), "", `${Number(row.ms.toPrecision(6))} ms`];
}

/** @param {Row} row */
function statusCell(row) {
  if (ENDED_WRONG.has(row.status ?? "")) return [`${FAILED_MARK} ${row.status}`, "failed"];
  return [row.status, "muted"];
}
