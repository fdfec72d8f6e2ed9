// A live table: a feed's rows in a grid, with a filter above it and what is told of a row beside it.

import { DetailPane } from "./detail.js";
import { html } from "./dom.js";
import { Grid } from "./grid.js";
import { KeyedTable } from "./keyed_table.js";
import { RowActions } from "./row_actions.js";
import { TableBar } from "./table_bar.js";
import { TrafficTable } from "./traffic_table.js";

/** @typedef {import("./link.js").Link} Link */

/**
 * What a table shows, of whichever feed; rows and keys are of its own kind.
 *
 * @typedef {object} AnyTable
 * @property {import("./grid.js").GridColumn[]} columns
 * @property {any[]} rows
 * @property {{rows: string, notes: (string | number | false)[]}} told
 * @property {string} filter
 * @property {boolean} follows new rows come at the end
 * @property {boolean} acts something can be done to its rows
 * @property {boolean} isCleared
 * @property {(state: any) => void} state
 * @property {(patch: any) => void} patch
 * @property {() => void} clear
 * @property {(column: import("./grid.js").GridColumn) => void} sortBy
 * @property {(row: any) => any} key
 * @property {(rows: any[], key: any) => number} find
 * @property {(row: any) => boolean} failed
 * @property {(row: any) => string | null} remark
 * @property {(row: any) => number | null} seq the row of traffic that tells more
 * @property {(seq: number) => any} keyOf
 */

/**
 * @typedef {object} TableOptions
 * @property {string} [title] the feed's name by default
 * @property {boolean} [emit] whether somebody listens for `sio-emit-to`
 * @property {string} [empty] what is said where there are no rows
 * @property {import("./detail.js").DetailOptions["actions"]} [actions] more buttons for the detail pane
 */

const FOLLOW_AFTER = 120;

/**
 * Show a feed as a table; returns its clean-up.
 *
 * @param {HTMLElement} root
 * @param {Link} link
 * @param {string} feed
 * @param {TableOptions} [options] before those that the view was told
 */
export function mountTable(root, link, feed, options = {}) {
  const told = link.model.get("shown").options ?? {};
  const title = told.feed === feed ? told.title : undefined;
  const table = new LiveTable(link, feed, { title: title ?? feed, emit: told.emit === true, ...options });
  root.append(table.root);
  table.start();
  return () => table.close();
}

class LiveTable {
  /** @param {Link} link @param {string} feed @param {TableOptions & {title: string}} options */
  constructor(link, feed, options) {
    this.link = link;
    this.feed = feed;
    this.options = options;
    /** @type {AnyTable | null} */
    this.table = null;
    /** @type {Grid | null} */
    this.grid = null;
    this.timer = 0;
    this.bar = new TableBar(options.title, {
      filtered: (filter) => link.want(feed, { filter }),
      paused: (paused) => this.pause(paused),
      cleared: () => this.clear(),
    });
    this.detail = new DetailPane(link, {
      actions: options.actions,
      closed: () => this.grid?.scroller.focus({ preventScroll: true }),
      opened: (seq) => this.mark(seq),
    });
    this.actions = new RowActions(link, { emits: options.emit === true, named: (row) => this.nameOf(row) });
    this.actions.root.hidden = true;
    this.split = html("div", { class: "sio-split" }, this.detail.root);
    this.root = html(
      "section",
      { class: "sio-livetable", "aria-label": options.title },
      ...[this.bar.bar, this.bar.problem, this.split, this.actions.root],
    );
  }

  start() {
    this.unfollow = this.link.follow(this.feed, {
      state: (state) => this.state(state),
      patch: (patch) => this.patch(patch),
      problem: (problem) => this.bar.setProblem(problem),
    });
  }

  close() {
    this.unfollow?.();
    clearTimeout(this.timer);
    this.bar.close();
    this.detail.leave();
    this.grid?.close();
    this.root.remove();
  }

  /** @param {any} state */
  state(state) {
    const before = this.table?.columns;
    const table = (this.table ??= this.begin(Boolean(state.columns)));
    table.state(state);
    if (typeof state.paused === "boolean") this.bar.setPaused(state.paused);
    this.bar.setFilter(table.filter);
    if (table.columns !== before) this.grid?.setColumns(table.columns);
    this.draw();
  }

  /** @param {any} patch */
  patch(patch) {
    this.table?.patch(patch);
    this.draw();
  }

  draw() {
    const { table, grid } = this;
    if (!table || !grid) return;
    const nothing = table.filter ? "no row matches" : (this.options.empty ?? "nothing yet");
    grid.show(table.rows, table.isCleared ? "cleared; what comes next is shown here" : nothing);
    this.bar.tell(table.told, table.isCleared);
    this.actions.root.hidden = !this.actions.isOffered || (!table.acts && !this.actions.row);
    if (!this.actions.root.hidden) this.actions.show(grid.selectedRow);
  }

  /** @param {boolean} isKeyed @returns {AnyTable} */
  begin(isKeyed) {
    /** @type {AnyTable} */
    const table = isKeyed ? new KeyedTable() : new TrafficTable();
    this.bar.setFlows(table.follows);
    this.grid = new Grid({
      label: this.options.title,
      columns: table.columns,
      follows: table.follows,
      key: (row) => table.key(row),
      find: (rows, key) => table.find(rows, key),
      failed: (row) => table.failed(row),
      remark: (row) => table.remark(row),
      selected: (row) => this.selected(row),
      opened: (row) => this.open(row),
      escaped: () => this.escape(),
      sorted: (column) => this.sort(column),
    });
    this.split.prepend(this.grid.root);
    return table;
  }

  /** @param {any | null} row */
  selected(row) {
    if (row && !this.actions.root.hidden) this.actions.show(row);
    clearTimeout(this.timer);
    // An open detail follows the keyboard, but not through each row on the way.
    if (row && this.detail.isOpen) this.timer = setTimeout(() => this.open(row), FOLLOW_AFTER);
  }

  /** @param {any} row */
  open(row) {
    clearTimeout(this.timer);
    const seq = this.table?.seq(row) ?? null;
    if (seq !== null && seq !== this.detail.seq) this.detail.open(seq);
  }

  /** @param {number} seq the detail shows another row: so does the grid, where it has that row */
  mark(seq) {
    const key = this.table?.keyOf(seq) ?? null;
    if (key !== null && this.grid && this.table && this.table.find(this.grid.rows, key) >= 0) {
      this.grid.select(key, true);
    }
  }

  escape() {
    if (this.detail.isOpen) this.detail.close();
    else this.grid?.select(null);
    this.actions.show(this.grid?.selectedRow ?? null);
  }

  /** @param {import("./grid.js").GridColumn} column */
  sort(column) {
    const focused = document.activeElement?.closest("[data-column]")?.getAttribute("data-column");
    this.table?.sortBy(column);
    if (this.table) this.grid?.setColumns(this.table.columns);
    this.draw();
    this.grid?.drawNow();
    if (focused) /** @type {HTMLElement | null} */ (this.grid?.parts.head.querySelector(`[data-column="${CSS.escape(focused)}"] button`))?.focus();
  }

  clear() {
    this.table?.clear();
    this.draw();
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.link.want(this.feed, { paused });
    this.draw();
  }

  /** @param {import("./keyed.js").KeyedRow} row what a row's client or room is called */
  nameOf(row) {
    const columns = this.table?.columns ?? [];
    const names = ["client", "room", "sid"].map((name) => columns.find((column) => column.name === name)?.cell(row)[0]);
    return names.find(Boolean) ?? String(row.at.room ?? row.at.sid ?? "");
  }
}
