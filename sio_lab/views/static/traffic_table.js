// What the live table shows of the traffic feed.

import { trafficAfter, trafficCleared, trafficCounted, trafficFind, trafficFrom, trafficShown, trafficUncleared } from "./rows.js";
import { trafficColumns } from "./traffic_columns.js";

/** @typedef {import("./rows.js").TrafficRow} TrafficRow */

export class TrafficTable {
  constructor() {
    /** @type {import("./rows.js").Traffic | null} */
    this.traffic = null;
    this.columns = trafficColumns(() => this.traffic?.offset ?? 0);
    this.follows = true;
    this.acts = false;
  }

  /** @param {any} state */
  state(state) {
    this.traffic = trafficFrom(state, this.traffic?.mark);
  }

  /** @param {any} patch */
  patch(patch) {
    if (this.traffic) this.traffic = trafficAfter(this.traffic, patch);
  }

  get rows() {
    return this.traffic ? trafficShown(this.traffic) : [];
  }

  get told() {
    return this.traffic ? trafficCounted(this.traffic) : { rows: "", notes: [] };
  }

  get filter() {
    return this.traffic?.filter ?? "";
  }

  get isCleared() {
    return Boolean(this.traffic && trafficShown(this.traffic) !== this.traffic.rows);
  }

  /** Hide what is there, or bring it back. */
  clear() {
    if (this.traffic) this.traffic = this.isCleared ? trafficUncleared(this.traffic) : trafficCleared(this.traffic);
  }

  /** @param {TrafficRow} row */
  key(row) {
    return row.seq;
  }

  /** @param {TrafficRow[]} rows @param {number} seq */
  find(rows, seq) {
    return trafficFind(rows, seq);
  }

  /** @param {TrafficRow} row */
  failed(row) {
    return row.failed;
  }

  /** @param {TrafficRow} row what went wrong, to be read below the row */
  remark(row) {
    return row.error;
  }

  /** @param {TrafficRow} row @returns {number | null} the row of traffic that tells more */
  seq(row) {
    return row.seq;
  }

  /** @param {number} seq @returns {any} the key of the row that tells of it */
  keyOf(seq) {
    return seq;
  }

  sortBy() {}
}
