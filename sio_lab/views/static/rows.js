// The traffic feed: what is told of it, folded into rows. Nothing here changes what it is given.

import { counted, plural } from "./format.js";

/**
 * One row of traffic. A row that changes becomes another object: who has drawn one sees by that what to draw anew.
 *
 * @typedef {object} TrafficRow
 * @property {number} seq
 * @property {number} time milliseconds since 1970
 * @property {string} kind
 * @property {string | null} namespace
 * @property {string | null} event
 * @property {string | null} client what the client is called
 * @property {string | null} sid
 * @property {string | null} to
 * @property {string | null} args
 * @property {string | null} ack
 * @property {string | null} status
 * @property {number | null} ms
 * @property {string | null} error
 * @property {number | null} cause
 * @property {boolean} failed
 * @property {number | null} recipients
 */

/**
 * All that a page holds of the traffic.
 *
 * @typedef {object} Traffic
 * @property {TrafficRow[]} rows the newest, by seq
 * @property {number} offset minutes east of UTC where the kernel runs
 * @property {string} filter
 * @property {number} keep how many rows a page holds at most
 * @property {number} earlier older rows of the log that were not sent when this began
 * @property {number} skipped rows that were left out here: they came too fast to be sent
 * @property {number} dropped records that have left the log
 * @property {number} mark rows up to this seq are hidden: the view was cleared there
 */

const FOREVER = -1;

/**
 * Begin anew with the feed's whole state.
 *
 * @param {any} state
 * @param {number} [mark] where the view was cleared
 * @returns {Traffic}
 */
export function trafficFrom(state, mark = FOREVER) {
  const { offset, filter, dropped, keep, skipped, earlier } = state;
  const rows = placed([], state.rows, state.words).slice(-keep);
  return { rows, offset, filter, keep, earlier: earlier ?? 0, skipped: skipped ?? 0, dropped: dropped ?? 0, mark };
}

/**
 * Take in what has changed; to do so twice changes nothing but the count of what was skipped.
 *
 * @param {Traffic} traffic
 * @param {any} patch
 * @returns {Traffic}
 */
export function trafficAfter(traffic, patch) {
  const there = changed(placed(traffic.rows, patch.rows ?? [], patch.words), patch.changes ?? [], patch.words);
  const rows = without(there, patch.gone ?? []);
  const skipped = traffic.skipped + (patch.skipped ?? 0);
  return { ...traffic, rows: rows.slice(-traffic.keep), skipped, dropped: patch.dropped ?? traffic.dropped };
}

/**
 * Hide the rows that are there now.
 *
 * @param {Traffic} traffic
 * @returns {Traffic}
 */
export function trafficCleared(traffic) {
  return { ...traffic, mark: traffic.rows.at(-1)?.seq ?? traffic.mark };
}

/**
 * Bring hidden rows back.
 *
 * @param {Traffic} traffic
 * @returns {Traffic}
 */
export function trafficUncleared(traffic) {
  return { ...traffic, mark: FOREVER };
}

/**
 * The rows to show: those behind the mark.
 *
 * @param {Traffic} traffic
 */
export function trafficShown(traffic) {
  return traffic.mark === FOREVER ? traffic.rows : traffic.rows.slice(placeOf(traffic.rows, traffic.mark + 1));
}

/**
 * Where the row numbered `seq` stands; -1 where it is not among them.
 *
 * @param {TrafficRow[]} rows sorted by seq
 * @param {number} seq
 */
export function trafficFind(rows, seq) {
  const place = placeOf(rows, seq);
  return rows[place]?.seq === seq ? place : -1;
}

/**
 * How many rows are shown, and, as notes, what is not.
 *
 * @param {Traffic} traffic
 */
export function trafficCounted(traffic) {
  const shown = trafficShown(traffic).length;
  const hidden = traffic.rows.length - shown;
  const rows = `${traffic.rows.length >= traffic.keep ? "newest " : ""}${plural(shown, "row")}`;
  const notes = [
    hidden && `${counted(hidden)} cleared`,
    traffic.earlier && `${counted(traffic.earlier)} earlier in the log`,
    traffic.skipped && `${counted(traffic.skipped)} skipped here, the log keeps them`,
    traffic.dropped && `${counted(traffic.dropped)} left the log`,
  ];
  return { rows: traffic.filter ? `${rows} ${shown === 1 ? "matches" : "match"}` : rows, notes: notes.filter(Boolean) };
}

/** @param {TrafficRow[]} rows @param {number} seq the place of the first row that is not before `seq` */
function placeOf(rows, seq) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {TrafficRow[]} rows @param {any[][]} told @param {string[]} words @returns {TrafficRow[]} */
function placed(rows, told, words) {
  const all = rows.slice();
  for (const each of told) {
    const row = decoded(each, words);
    const last = all.at(-1);
    if (!last || row.seq > last.seq) all.push(row);
    else {
      const place = placeOf(all, row.seq);
      all.splice(place, all[place].seq === row.seq ? 1 : 0, row);
    }
  }
  return all;
}

/** @param {TrafficRow[]} rows its own copy @param {any[][]} changes @param {string[]} words */
function changed(rows, changes, words) {
  for (const [seq, status, ms, ack, error, failed] of changes) {
    const place = trafficFind(rows, seq);
    if (place < 0) continue;
    const row = { ...rows[place] };
    if (status !== null) row.status = words[status];
    if (ms !== null) row.ms = ms;
    if (ack !== null) row.ack = words[ack];
    if (error !== null) row.error = words[error];
    if (failed !== null) row.failed = Boolean(failed);
    rows[place] = row;
  }
  return rows;
}

/** @param {TrafficRow[]} rows @param {number[]} gone seqs of rows that the filter no longer lets through */
function without(rows, gone) {
  const out = new Set(gone);
  return out.size > 0 ? rows.filter((row) => !out.has(row.seq)) : rows;
}

/** @param {any[]} told @param {string[]} words @returns {TrafficRow} */
function decoded(told, words) {
  const word = (/** @type {number} */ place) => (told[place] === null ? null : words[told[place]]);
  return {
    seq: told[0],
    time: told[1],
    kind: word(2) ?? "",
    namespace: word(3),
    event: word(4),
    client: word(5),
    sid: word(6),
    to: word(7),
    args: word(8),
    ack: word(9),
    status: word(10),
    ms: told[11],
    error: word(12),
    cause: told[13],
    failed: Boolean(told[14]),
    recipients: told[15],
  };
}
