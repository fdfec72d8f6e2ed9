// What the log holds: the newest thousand rows, each bounded, and which of them are wanted.

/**
 * @typedef {object} Row
 * @property {number} number
 * @property {number} at milliseconds since 1970
 * @property {"in" | "out" | "-"} direction
 * @property {string} kind as a packet's, or `state`, or `ws` for a raw WebSocket
 * @property {string} namespace
 * @property {string} event
 * @property {string} args
 * @property {number | null} ackId
 * @property {string} wire
 * @property {number} size
 * @property {number | null} ms how long the ack took
 */

export const MOST_ROWS = 1000;
const MOST_ASKED = 1000;
const QUIET = new Set(["engine"]);

export class Log {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {Row[]} */
    this.rows = [];
    this.count = 0;
    this.dropped = 0;
    /** @type {Map<string, number>} */
    this.asked = new Map();
  }

  /** @param {Pick<Row, "direction" | "kind" | "event"> & Partial<Row>} told */
  add(told) {
    this.count += 1;
    const blank = { namespace: "", args: "", ackId: null, wire: "", size: 0, ms: null };
    const row = { ...blank, ...told, number: this.count, at: Date.now() };
    row.ms = this.timed(row);
    this.rows.push(row);
    // Not row by row: moving a thousand of them for each that comes would be felt.
    if (this.rows.length > MOST_ROWS + 100) this.trim();
    this.changed();
  }

  trim() {
    const more = Math.max(0, this.rows.length - MOST_ROWS);
    this.dropped += more;
    this.rows.splice(0, more);
  }

  /** How long an ack took, in milliseconds; what asks for one is noted. @param {Row} row */
  timed(row) {
    if (row.ackId === null) return null;
    const isAnswer = row.kind === "ACK";
    const key = `${isAnswer === (row.direction === "in")} ${row.namespace} ${row.ackId}`;
    const began = this.asked.get(key);
    if (isAnswer) this.asked.delete(key);
    else this.asked.set(key, performance.now());
    if (this.asked.size > MOST_ASKED) this.asked.delete(/** @type {string} */ (this.asked.keys().next().value));
    return isAnswer && began !== undefined ? performance.now() - began : null;
  }

  clear() {
    this.rows = [];
    this.dropped = 0;
    this.changed();
  }
}

/**
 * Whether a row is wanted.
 *
 * @param {Row} row
 * @param {{text: string, packets: boolean}} filter `text` in lower case; `packets` asks for Engine.IO's own, too
 */
export function isWanted(row, { text, packets }) {
  if (!packets && QUIET.has(row.kind)) return false;
  return !text || `${row.event} ${row.kind} ${row.namespace} ${row.args}`.toLowerCase().includes(text);
}

/** One row as a line of text. @param {Row} row @param {(at: number) => string} clock */
export function lineOf(row, clock) {
  const arrow = { in: "<-", out: "->", "-": "--" }[row.direction];
  return `${clock(row.at)} ${arrow} ${row.wire || `${row.event} ${row.args}`}`;
}
