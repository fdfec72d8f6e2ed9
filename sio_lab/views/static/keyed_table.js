// What the live table shows of a small table's feed: clients, rooms, namespaces, handlers, tasks, acks.

import { plural } from "./format.js";
import { keyedAfter, keyedCell, keyedFrom, keyedShown } from "./keyed.js";

/** @typedef {import("./keyed.js").KeyedRow} KeyedRow */
/** @typedef {import("./grid.js").GridColumn} Column */

export class KeyedTable {
  constructor() {
    /** @type {import("./keyed.js").Keyed | null} */
    this.keyed = null;
    /** @type {import("./keyed.js").KeyedSort | null} */
    this.sort = null;
    /** @type {Column[]} */
    this.columns = [];
    /** @type {KeyedRow[]} */
    this.rows = [];
    this.follows = false;
    this.isCleared = false;
  }

  /** @param {any} state */
  state(state) {
    const before = JSON.stringify(this.keyed?.columns);
    this.keyed = keyedFrom(state);
    this.rows = keyedShown(this.keyed, this.sort);
    if (JSON.stringify(this.keyed.columns) !== before) this.columns = this.headed();
  }

  /** @param {any} patch */
  patch(patch) {
    if (!this.keyed) return;
    this.keyed = keyedAfter(this.keyed, patch);
    this.rows = keyedShown(this.keyed, this.sort);
  }

  get told() {
    const hidden = this.keyed?.hidden ?? 0;
    const rows = plural(this.rows.length, "row");
    const matching = this.filter ? `${rows} ${this.rows.length === 1 ? "matches" : "match"}` : rows;
    return { rows: matching, notes: hidden ? [`${plural(hidden, "more row")} not shown`] : [] };
  }

  get filter() {
    return this.keyed?.filter ?? "";
  }

  /** Whether something can be done to a row. */
  get acts() {
    return this.rows.some(({ at }) => at.sid || (at.room !== undefined && at.room !== null));
  }

  /** Sort by a column: up, then down, then as the kernel has it. @param {Column} column */
  sortBy(column) {
    const place = this.columns.findIndex(({ name }) => name === column.name);
    const { sort } = this;
    if (sort?.column !== place) this.sort = { column: place, down: false };
    else this.sort = sort.down ? null : { column: place, down: true };
    if (this.keyed) this.rows = keyedShown(this.keyed, this.sort);
    this.columns = this.headed();
  }

  clear() {}

  /** @param {KeyedRow} row */
  key(row) {
    return row.key;
  }

  /** @param {KeyedRow[]} rows @param {string} key */
  find(rows, key) {
    return rows.findIndex((row) => row.key === key);
  }

  /** @param {KeyedRow} row */
  failed(row) {
    return row.failed;
  }

  remark() {
    return null;
  }

  /** @param {KeyedRow} row @returns {number | null} the row of traffic that tells more */
  seq(row) {
    return row.at.seq ?? null;
  }

  /** @param {number} seq @returns {any} the key of the row that tells of it */
  keyOf(seq) {
    return this.rows.find((row) => row.at.seq === seq)?.key ?? null;
  }

  /** @returns {Column[]} */
  headed() {
    return (this.keyed?.columns ?? []).map(({ name, header, about, numeric }, place) => {
      const sorted = this.sort?.column === place ? (this.sort.down ? "descending" : "ascending") : "none";
      const cell = (/** @type {KeyedRow} */ row) => keyedCell(row.cells[place]);
      return { name, header, about, numeric, cell, sort: /** @type {Column["sort"]} */ (sorted) };
    });
  }
}
