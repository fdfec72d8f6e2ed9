// The elements that a grid is made of, beside its rows.

import { button, html } from "./dom.js";
import { gridCell } from "./grid_row.js";
import { HEAD_HEIGHT, REMARK_HEIGHT, ROW_HEIGHT } from "./grid_layout.js";

/** @typedef {import("./grid.js").GridColumn} GridColumn */

/**
 * @param {string} label
 * @param {Record<string, any>} listeners of the element that scrolls
 * @param {() => void} toEnd
 */
export function gridFrame(label, listeners, toEnd) {
  const head = html("div", { class: "sio-row sio-heads", role: "row", "aria-rowindex": 1 });
  const sight = html("div", { class: "sio-window", role: "presentation" });
  const body = html("div", { class: "sio-body", role: "rowgroup" }, sight);
  const plain = { class: "sio-grid", role: "grid", tabindex: 0, "aria-label": label, "aria-rowcount": 1 };
  const scroller = html(
    "div",
    { ...plain, ...listeners },
    html("div", { class: "sio-headgroup", role: "rowgroup" }, head),
    body,
  );
  const heights = { "--sio-row": ROW_HEIGHT, "--sio-below": REMARK_HEIGHT, "--sio-heads": HEAD_HEIGHT };
  for (const [name, height] of Object.entries(heights)) scroller.style.setProperty(name, `${height}px`);
  const news = button("", toEnd, { class: "sio-news", hidden: true });
  const empty = html("p", { class: "sio-empty" });
  const root = html("div", { class: "sio-gridframe" }, scroller, empty, news);
  return { root, scroller, head, body, sight, news, empty };
}

/**
 * A column's header: a button where the column can be sorted by.
 *
 * @param {GridColumn} column
 * @param {() => void} act
 */
export function gridHeader(column, act) {
  const sorting = { type: "button", class: "sio-sort", onclick: act };
  const head = gridCell(column, "columnheader", column.sort ? html("button", sorting, column.header) : column.header);
  head.title = column.about;
  if (column.sort) head.setAttribute("aria-sort", column.sort);
  return head;
}
