// The feeds of small tables: rows with a key each, in an order that the kernel or the reader chooses.

/**
 * A cell as the kernel tells it: its text alone, or with its look, its tooltip and what it is sorted by.
 *
 * @typedef {string | [text: string, look?: string, full?: string, sort?: string | number | null]} KeyedCell
 */

/** @typedef {{key: string, cells: KeyedCell[], at: Record<string, any>, failed: boolean}} KeyedRow */

/** @typedef {{name: string, header: string, about: string, numeric: boolean}} KeyedColumn */

/**
 * @typedef {object} Keyed
 * @property {KeyedColumn[]} columns
 * @property {Map<string, KeyedRow>} rows by key, in the kernel's order
 * @property {string} filter
 * @property {number} hidden how many rows of the table are not sent
 */

/** @typedef {{column: number, down: boolean}} KeyedSort */

/**
 * Begin anew with the feed's whole state.
 *
 * @param {any} state
 * @returns {Keyed}
 */
export function keyedFrom(state) {
  const rows = new Map(state.rows.map((/** @type {any} */ row) => [row.key, keyedRow(row)]));
  return { columns: state.columns, rows, filter: state.filter ?? "", hidden: state.hidden ?? 0 };
}

/**
 * Take in what has changed; to do so twice does no harm.
 *
 * @param {Keyed} keyed
 * @param {any} patch
 * @returns {Keyed}
 */
export function keyedAfter(keyed, patch) {
  const rows = new Map(keyed.rows);
  for (const row of patch.rows ?? []) rows.set(row.key, keyedRow(row));
  for (const key of patch.gone ?? []) rows.delete(key);
  return { ...keyed, rows: patch.order ? reordered(rows, patch.order) : rows, hidden: patch.hidden ?? keyed.hidden };
}

/**
 * The rows as they are shown: sorted by a column where the reader asked for that.
 *
 * @param {Keyed} keyed
 * @param {KeyedSort | null} sort
 * @returns {KeyedRow[]}
 */
export function keyedShown(keyed, sort) {
  const rows = [...keyed.rows.values()];
  if (!sort) return rows;
  const sign = sort.down ? -1 : 1;
  return rows.sort((one, other) => sortedLike(sortValue(one, sort.column), sortValue(other, sort.column), sign));
}

/**
 * A cell with all its parts.
 *
 * @param {KeyedCell | undefined} cell
 * @returns {[text: string, look: string, full: string]}
 */
export function keyedCell(cell) {
  if (cell === undefined || typeof cell === "string") return [cell ?? "", "", ""];
  return [cell[0], cell[1] ?? "", cell[2] ?? ""];
}

/** @param {any} row @returns {KeyedRow} */
function keyedRow({ key, cells, at, failed }) {
  return { key, cells, at: at ?? {}, failed: Boolean(failed) };
}

/** @param {Map<string, KeyedRow>} rows @param {string[]} order */
function reordered(rows, order) {
  const named = order.filter((key) => rows.has(key));
  return new Map([...named, ...rows.keys()].map((key) => [key, /** @type {KeyedRow} */ (rows.get(key))]));
}

/** @param {KeyedRow} row @param {number} column @returns {string | number | null} */
function sortValue(row, column) {
  const cell = row.cells[column];
  const value = Array.isArray(cell) ? (cell[3] ?? cell[0]) : cell;
  return value === "" || value === undefined ? null : value;
}

/** @param {string | number | null} one @param {string | number | null} other @param {number} sign */
function sortedLike(one, other, sign) {
  // Cells with nothing in them stand last, whichever way the others run.
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one === "number" && typeof other === "number") return sign * (one - other);
  return sign * String(one).localeCompare(String(other), "en", { numeric: true });
}
