// One row of a grid on the page: made once, then given one record after another to show.

import { html } from "./dom.js";

/** @typedef {import("./grid.js").GridColumn} GridColumn */

const SPOKEN_LOOKS = new Set(["in", "out"]);
const GRID_LOOKS = ["in", "out", "failed", "muted", "code", "strong"];

export class GridRow {
  /** @param {GridColumn[]} columns @param {string} id */
  constructor(columns, id) {
    this.columns = columns;
    this.cells = columns.map((column) => gridCell(column, "gridcell"));
    this.remark = html("div", { class: "sio-remark", role: "gridcell", "aria-colspan": columns.length, hidden: true });
    this.root = html("div", { class: "sio-row", role: "row", id, "aria-selected": "false" }, ...this.cells, this.remark);
    /** @type {any} */
    this.row = null;
    this.place = -1;
    this.isSelected = false;
  }

  /**
   * Show a record; one that is shown already costs nothing.
   *
   * @param {any} row
   * @param {{failed: boolean, remark: string | null}} told
   */
  show(row, { failed, remark }) {
    if (this.row === row) return;
    this.row = row;
    this.columns.forEach((column, place) => gridFill(this.cells[place], column.cell(row)));
    this.root.classList.toggle("sio-failed", failed);
    this.root.classList.toggle("sio-tall", Boolean(remark));
    this.remark.hidden = !remark;
    gridWrite(this.remark, remark ?? "");
  }

  /** @param {number} place @param {boolean} isSelected */
  stand(place, isSelected) {
    // The header is row 1.
    if (this.place !== place) this.root.setAttribute("aria-rowindex", String(place + 2));
    if (this.isSelected !== isSelected) this.root.setAttribute("aria-selected", String(isSelected));
    this.place = place;
    this.isSelected = isSelected;
  }
}

/**
 * @param {GridColumn} column
 * @param {string} role
 * @param {import("./dom.js").Child} [content]
 */
export function gridCell(column, role, content) {
  const look = `sio-cell${column.numeric ? " sio-number" : ""}${column.centred ? " sio-centred" : ""}`;
  return html("div", { class: look, role, "data-column": column.name }, content);
}

/** @param {HTMLElement} cell @param {any[]} told */
function gridFill(cell, [text, look, full]) {
  gridWrite(cell, text ?? "");
  const wanted = look ?? "";
  if ((cell.dataset.look ?? "") !== wanted) {
    for (const each of GRID_LOOKS) cell.classList.toggle(`sio-look-${each}`, each === wanted);
    cell.dataset.look = wanted;
    // Code runs from left to right whatever stands in it.
    cell.dir = wanted === "code" ? "ltr" : "auto";
  }
  if ((cell.dataset.full ?? "") === (full ?? "")) return;
  cell.dataset.full = full ?? "";
  cell.removeAttribute("title");
  // A screen reader would name an arrow by its shape.
  if (SPOKEN_LOOKS.has(wanted)) cell.setAttribute("aria-label", full);
  else cell.removeAttribute("aria-label");
}

/** @param {HTMLElement} element @param {string} text */
function gridWrite(element, text) {
  const node = element.firstChild;
  if (!node) element.append(text);
  else if (/** @type {Text} */ (node).data !== text) /** @type {Text} */ (node).data = text;
}

/**
 * Give a cell its tooltip once the mouse is there: what it means, or all of it where it was cut.
 *
 * @param {EventTarget | null} target
 */
export function gridTooltip(target) {
  const cell = target instanceof HTMLElement ? target : null;
  if (!cell || !(cell.matches(".sio-cell[role=gridcell], .sio-remark"))) return;
  const full = cell.dataset.full || (cell.scrollWidth > cell.clientWidth ? cell.textContent : "");
  if (full) cell.title = full;
  else cell.removeAttribute("title");
}
