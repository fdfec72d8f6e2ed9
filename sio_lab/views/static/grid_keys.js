// The keyboard in a grid: rows are selected, opened and left without a mouse.

import { HEAD_HEIGHT, ROW_HEIGHT } from "./grid_layout.js";

/** @typedef {import("./grid.js").Grid} Grid */

/**
 * Do what a key says, where the grid itself has the focus.
 *
 * @param {Grid} grid
 * @param {KeyboardEvent} event
 */
export function gridPressed(grid, event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target !== grid.scroller) return;
  const act = gridActs(grid)[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** @param {Grid} grid @returns {Record<string, () => void>} */
function gridActs(grid) {
  const page = Math.max(1, Math.floor((grid.size.height - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
  return {
    ArrowDown: () => gridStep(grid, 1),
    ArrowUp: () => gridStep(grid, -1),
    PageDown: () => gridStep(grid, page),
    PageUp: () => gridStep(grid, -page),
    Home: () => gridStep(grid, -Infinity),
    End: () => {
      gridStep(grid, Infinity);
      grid.toEnd();
    },
    Enter: () => grid.selectedRow && grid.options.opened?.(grid.selectedRow),
    Escape: () => grid.options.escaped?.(),
  };
}

/** Select the row so many further on; infinity for the last. @param {Grid} grid @param {number} by */
function gridStep(grid, by) {
  const { rows, selected, options } = grid;
  const last = rows.length - 1;
  if (last < 0) return;
  const at = selected === null ? -1 : options.find(rows, selected);
  let place = by < 0 ? last : grid.places.at(grid.top);
  if (at >= 0 || !Number.isFinite(by)) place = Math.max(0, Math.min(at + by, last));
  grid.select(options.key(rows[place]));
}
