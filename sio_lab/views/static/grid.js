// A grid of records, one a line: only the rows in sight are on the page, however many there are.

import { counted } from "./format.js";
import { gridFrame, gridHeader } from "./grid_frame.js";
import { gridPressed } from "./grid_keys.js";
import { ColumnWidths, HEAD_HEIGHT, RowPlaces } from "./grid_layout.js";
import { GridRow, gridTooltip } from "./grid_row.js";

/**
 * @typedef {object} GridColumn
 * @property {string} name
 * @property {string} header
 * @property {string} about its tooltip
 * @property {(row: any) => any[]} cell text (or null), look, tooltip; the last two may be left out
 * @property {boolean} [numeric] stands at the right
 * @property {boolean} [tabular] its texts are all made of digits
 * @property {boolean} [centred]
 * @property {boolean} [rest] takes the width that is left
 * @property {number} [least] pixels
 * @property {number} [most] pixels
 * @property {number} [spare] where it is narrow it is left out, the lowest first
 * @property {boolean} [gives] once nothing more can be spared it gets narrower
 * @property {(row: any) => boolean} [worth] the column is shown once this holds for a row
 * @property {"ascending" | "descending" | "none"} [sort] it can be sorted by, and is
 */

/**
 * @typedef {object} GridOptions
 * @property {string} label for who can't see it
 * @property {GridColumn[]} columns
 * @property {(row: any) => string | number} key
 * @property {(rows: any[], key: any) => number} find the place of the row with a key, -1 for none
 * @property {(row: any) => boolean} failed
 * @property {(row: any) => string | null} [remark] a second line below the row
 * @property {boolean} [follows] new rows come at the end, and are scrolled to while the reader is there
 * @property {(row: any | null) => void} [selected]
 * @property {(row: any) => void} [opened] a click, or Enter
 * @property {() => void} [escaped]
 * @property {(column: GridColumn) => void} [sorted] a header was clicked
 */

const ROWS_BEYOND = 4;
const NEAR_THE_END = 4;
const UNSEEN_HEIGHT = 400;
let gridsMade = 0;

export class Grid {
  /** @param {GridOptions} options */
  constructor(options) {
    this.options = options;
    this.remark = options.remark ?? (() => null);
    /** @type {any[]} */
    this.rows = [];
    this.places = new RowPlaces([], this.remark);
    /** @type {Map<string | number, GridRow>} */
    this.drawn = new Map();
    /** @type {string | number | null} */
    this.selected = null;
    this.sticks = Boolean(options.follows);
    /** The first row in sight, and how much of it is out of sight. @type {{key: any, over: number} | null} */
    this.anchor = null;
    /** The last row there was when the reader left the end. @type {any} */
    this.left = null;
    gridsMade += 1;
    this.name = `sio-grid-${gridsMade}`;
    this.rowsMade = 0;
    this.frame = 0;
    this.parts = gridFrame(options.label, this.listeners, () => this.toEnd());
    this.root = this.parts.root;
    this.scroller = this.parts.scroller;
    this.columns = options.columns;
    /** @type {ColumnWidths | null} */
    this.widths = null;
    /** @type {GridColumn[]} */
    this.shown = [];
    this.size = { width: 0, height: 0 };
    /** How far it is scrolled, as it is to be, and as it was set last. */
    this.top = 0;
    this.held = 0;
    this.watch = new ResizeObserver(() => this.resized());
    this.watch.observe(this.scroller);
  }

  get listeners() {
    return {
      onscroll: () => this.scrolled(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => gridPressed(this, event),
      onclick: (/** @type {MouseEvent} */ event) => this.clicked(event),
      onmouseover: (/** @type {MouseEvent} */ event) => gridTooltip(event.target),
    };
  }

  /**
   * Show these rows from now on; drawn once before the page is painted next, however often this is called.
   *
   * @param {any[]} rows
   * @param {string} [empty] what is said where there are none
   */
  show(rows, empty = "nothing yet") {
    this.rows = rows;
    this.places = new RowPlaces(rows, this.remark);
    this.parts.empty.textContent = rows.length ? "" : empty;
    this.parts.empty.hidden = rows.length > 0;
    this.later();
  }

  /** Show other columns, or the same anew: as wide as what is then seen in them. @param {GridColumn[]} [columns] */
  setColumns(columns = this.columns) {
    this.columns = columns;
    this.widths = null;
    this.later();
  }

  /** The row that is selected, or null. */
  get selectedRow() {
    const place = this.selected === null ? -1 : this.options.find(this.rows, this.selected);
    return place < 0 ? null : this.rows[place];
  }

  /**
   * Select a row; the grid no longer follows what is new, or it would scroll that away.
   *
   * @param {string | number | null} key
   * @param {boolean} [silently] tell nobody
   */
  select(key, silently = false) {
    this.selected = key;
    const place = key === null ? -1 : this.options.find(this.rows, key);
    if (place >= 0) {
      this.leave();
      this.reveal(place);
    }
    this.later();
    if (!silently) this.options.selected?.(this.selectedRow);
  }

  /** Go to the newest row, and stay with what is new. */
  toEnd() {
    this.sticks = Boolean(this.options.follows);
    this.drawNow();
    this.scroller.focus({ preventScroll: true });
  }

  close() {
    this.watch.disconnect();
    cancelAnimationFrame(this.frame);
  }

  later() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  /** Draw at once: for who needs what is drawn. */
  drawNow() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.draw();
  }

  draw() {
    // What stands where is reckoned, not read: the page lays itself out once, when all is written.
    if (this.size.width === 0) this.size = { width: this.scroller.clientWidth, height: this.viewHeight };
    if (!this.widths) this.measureAnew();
    this.top = this.wantedTop();
    const [first, last] = this.inSight();
    const grown = this.rows.slice(first, last).reduce((any, row) => this.grownBy(row) || any, false);
    if (grown || this.shown.length === 0) this.layOut();
    this.bind(first, last);
    this.parts.sight.style.transform = `translateY(${this.places.top(first)}px)`;
    this.parts.body.style.height = `${this.places.total}px`;
    if (this.held !== this.top) this.scrollTo(this.top);
    this.tell();
  }

  get viewHeight() {
    return this.scroller.clientHeight || UNSEEN_HEIGHT;
  }

  /** @param {number} top */
  scrollTo(top) {
    this.top = top;
    this.scroller.scrollTop = top;
    // Where it can't be scrolled that far yet, the next drawing tries again.
    this.held = this.scroller.scrollTop === Math.round(top) ? top : -1;
  }

  /** @param {any} row one that is drawn already has been measured, too */
  grownBy(row) {
    return this.drawn.get(this.options.key(row))?.row !== row && Boolean(this.widths?.see(row));
  }

  /** Keep the reader where they are: at the end, or at the row that was the first in sight. */
  wantedTop() {
    const place = this.anchor ? this.options.find(this.rows, this.anchor.key) : -1;
    let wanted = this.top;
    if (this.sticks) wanted = this.endTop();
    else if (this.options.follows && this.anchor && place >= 0) wanted = this.places.top(place) + this.anchor.over;
    return Math.max(0, Math.min(wanted, this.endTop()));
  }

  endTop() {
    return Math.max(0, Math.ceil(HEAD_HEIGHT + this.places.total - (this.size.height)));
  }

  /** @returns {[number, number]} the first row to draw, and the one after the last */
  inSight() {
    const { top } = this;
    const first = Math.max(0, this.places.at(top) - ROWS_BEYOND);
    const last = Math.min(this.rows.length, this.places.at(top + this.size.height) + 1 + ROWS_BEYOND);
    return [first, last];
  }

  measureAnew() {
    this.widths = new ColumnWidths(this.columns, this.scroller);
    this.shown = [];
  }

  layOut() {
    if (!this.widths) return;
    const shown = this.widths.fitting(this.size.width);
    this.scroller.style.setProperty("--sio-columns", this.widths.template(shown));
    this.scroller.style.setProperty("--sio-least", `${this.widths.least(shown)}px`);
    const lead = shown.findIndex((column) => column.name === "kind");
    this.scroller.style.setProperty("--sio-lead", String(Math.max(lead, 0) + 1));
    if (shown.length === this.shown.length && shown.every((column, place) => column === this.shown[place])) return;
    this.shown = shown;
    this.parts.head.replaceChildren(...shown.map((column) => gridHeader(column, () => this.options.sorted?.(column))));
    this.scroller.setAttribute("aria-colcount", String(shown.length));
    this.parts.sight.replaceChildren();
    this.drawn.clear();
  }

  /**
   * Draw rows `first` to `last`, in the elements that show them already, else in others that are there.
   *
   * @param {number} first
   * @param {number} last
   */
  bind(first, last) {
    const wanted = this.rows.slice(first, last);
    const keys = new Set(wanted.map(this.options.key));
    const free = [...this.drawn.values()].filter((drawn) => !keys.has(this.options.key(drawn.row)));
    // Where all rows are others, elements stay where they are and only their texts change.
    if (free.length < this.drawn.size) free.forEach(({ root }) => root.remove());
    const { sight } = this.parts;
    /** @type {Map<string | number, GridRow>} */
    const drawn = new Map();
    wanted.forEach((row, place) => {
      const key = this.options.key(row);
      const line = this.drawn.get(key) ?? free.shift() ?? this.made();
      drawn.set(key, line);
      line.show(row, { failed: this.options.failed(row), remark: this.remark(row) });
      line.stand(first + place, key === this.selected);
      const there = sight.children[place];
      if (there !== line.root) sight.insertBefore(line.root, there ?? null);
    });
    free.forEach(({ root }) => root.remove());
    this.drawn = drawn;
  }

  made() {
    this.rowsMade += 1;
    return new GridRow(this.shown, `${this.name}-${this.rowsMade}`);
  }

  /** Tell what is to be told beside the rows: how many there are, which one is selected, how many are new. */
  tell() {
    const count = String(this.rows.length + 1);
    if (this.scroller.getAttribute("aria-rowcount") !== count) this.scroller.setAttribute("aria-rowcount", count);
    const active = this.selected === null ? undefined : this.drawn.get(this.selected);
    if (active) this.scroller.setAttribute("aria-activedescendant", active.root.id);
    else this.scroller.removeAttribute("aria-activedescendant");
    const place = this.left === null ? -1 : this.options.find(this.rows, this.left);
    const fresh = this.sticks || !this.options.follows ? 0 : this.rows.length - 1 - place;
    this.parts.news.hidden = fresh <= 0;
    if (fresh > 0) this.parts.news.textContent = `${counted(fresh)} new ↓`;
  }

  resized() {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const isHidden = width === 0 && height === 0;
    if (isHidden || (width === this.size.width && height === this.size.height && this.scroller.scrollTop === this.top)) return;
    if (width !== this.size.width) this.shown = [];
    this.size = { width, height };
    // A grid that was away from the page comes back scrolled to its top.
    this.held = -1;
    this.drawNow();
  }

  scrolled() {
    const top = this.scroller.scrollTop;
    // What `draw` did is no wish of the reader's; nor is what happens to a grid that is not on the page.
    if (this.scroller.clientHeight === 0 || Math.abs(top - this.top) < 1) return;
    this.top = top;
    this.held = top;
    if (this.options.follows && top >= this.endTop() - NEAR_THE_END) this.sticks = true;
    else this.leave();
    this.anchorAt(top);
    this.later();
  }

  leave() {
    if (this.sticks) this.left = this.rows.length ? this.options.key(this.rows[this.rows.length - 1]) : null;
    this.sticks = false;
    if (!this.anchor) this.anchorAt(this.top);
  }

  /** @param {number} top */
  anchorAt(top) {
    const place = this.places.at(top);
    const row = this.rows[place];
    this.anchor = row && !this.sticks ? { key: this.options.key(row), over: top - this.places.top(place) } : null;
  }

  /** Scroll as little as brings a row into sight. @param {number} place */
  reveal(place) {
    const room = this.size.height - HEAD_HEIGHT;
    const lowest = this.places.top(place + 1) - room;
    this.top = Math.max(Math.min(this.top, this.places.top(place)), lowest, 0);
    this.anchorAt(this.top);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const root = event.target instanceof Element ? event.target.closest("[role=row]") : null;
    const drawn = [...this.drawn.values()].find((each) => each.root === root);
    // Who marks text to copy it does not want to open anything.
    if (!drawn || !(getSelection()?.isCollapsed ?? true)) return;
    this.select(this.options.key(drawn.row));
    this.options.opened?.(drawn.row);
  }
}
