// Where a grid's rows and columns stand: rows of two heights, columns as wide as what has been seen in them.

/** @typedef {import("./grid.js").GridColumn} GridColumn */

export const ROW_HEIGHT = 22;
export const REMARK_HEIGHT = 18;
export const HEAD_HEIGHT = 25;

const PADDING = 16;
const SORT_MARK = 14;
const LEAST_WIDTH = 28;
const GIVING_WIDTH = 66;
const MOST_WIDTH = 280;
const MOST_MEASURED = 80;
const MOST_REMEMBERED = 4_000;
const GUESSED_LETTER = 7;

/** The tops of a grid's rows; a row with a remark is higher. */
export class RowPlaces {
  /** @param {any[]} rows @param {(row: any) => string | null} remark */
  constructor(rows, remark) {
    this.tops = new Float64Array(rows.length + 1);
    let top = 0;
    for (let place = 0; place < rows.length; place += 1) {
      this.tops[place] = top;
      top += remark(rows[place]) ? ROW_HEIGHT + REMARK_HEIGHT : ROW_HEIGHT;
    }
    this.tops[rows.length] = top;
  }

  get total() {
    return this.tops[this.tops.length - 1];
  }

  /** @param {number} place */
  top(place) {
    return this.tops[place];
  }

  /** The row at a height; the last one below them all. @param {number} height */
  at(height) {
    let low = 0;
    let high = Math.max(this.tops.length - 2, 0);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= height) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The widths of a grid's columns: they grow with what is drawn, and never shrink under a reader. */
export class ColumnWidths {
  /** @param {GridColumn[]} columns @param {Element} like an element whose font the cells have */
  constructor(columns, like) {
    this.columns = columns;
    this.like = like;
    /** @type {Map<string, number>} */
    this.widths = new Map();
    /** @type {Map<string, number>} */
    this.longest = new Map();
    /** @type {Set<string>} */
    this.worthy = new Set();
    this.measure = textMeasure(like);
    for (const column of columns) this.grow(column, column.header, "", column.sort === undefined ? 0 : SORT_MARK);
  }

  /**
   * See a row; tells whether a column has to be wider, or shown, for it.
   *
   * @param {any} row
   */
  see(row) {
    let grown = false;
    for (const column of this.columns) {
      if (column.rest) continue;
      const [text, look] = column.cell(row);
      if (text) grown = this.grow(column, text, look ?? "") || grown;
      if (column.worth && !this.worthy.has(column.name) && column.worth(row)) {
        this.worthy.add(column.name);
        grown = true;
      }
    }
    return grown;
  }

  /**
   * The columns that fit in `room`: those without content are left out, and then those that can be spared.
   *
   * @param {number} room pixels; 0 where that is not known
   */
  fitting(room) {
    let shown = this.columns.filter((column) => !column.worth || this.worthy.has(column.name));
    const spared = shown.filter((column) => column.spare).sort((one, other) => (one.spare ?? 0) - (other.spare ?? 0));
    for (const column of spared) {
      if (!room || this.sum(shown) <= room) break;
      shown = shown.filter((each) => each !== column);
    }
    return shown;
  }

  /** @param {GridColumn[]} shown @param {(column: GridColumn) => number} [width] */
  sum(shown, width = (column) => this.width(column)) {
    return shown.reduce((sum, column) => sum + width(column), 0);
  }

  /** How wide they are at least, all together. @param {GridColumn[]} shown */
  least(shown) {
    return this.sum(shown, (column) => this.leastOf(column));
  }

  /** @param {GridColumn[]} shown a value of grid-template-columns */
  template(shown) {
    const tracks = shown.map((column) => {
      return `minmax(${this.leastOf(column)}px, ${column.rest ? "1fr" : `${this.width(column)}px`})`;
    });
    return shown.some((column) => column.rest) ? tracks.join(" ") : `${tracks.join(" ")} minmax(0, 1fr)`;
  }

  /** @param {GridColumn} column */
  width(column) {
    return this.widths.get(column.name) ?? LEAST_WIDTH;
  }

  /** @param {GridColumn} column */
  leastOf(column) {
    return column.gives ? Math.min(GIVING_WIDTH, this.width(column)) : this.width(column);
  }

  /** @param {GridColumn} column @param {string} text @param {string} look @param {number} [more] */
  grow(column, text, look, more = 0) {
    const before = this.widths.get(column.name) ?? 0;
    const most = column.most ?? MOST_WIDTH;
    if (before >= most) return false;
    // Digits are all of one width: only a longer number is a wider one.
    if (column.numeric || column.tabular) {
      if (text.length <= (this.longest.get(column.name) ?? 0)) return false;
      this.longest.set(column.name, text.length);
    }
    const wanted = Math.ceil(this.measure(text.slice(0, MOST_MEASURED), look)) + PADDING + 1 + more;
    const width = Math.min(Math.max(wanted, column.least ?? LEAST_WIDTH), most);
    if (width <= before) return false;
    this.widths.set(column.name, width);
    return true;
  }
}

/**
 * What tells how wide a text is in the font of an element; where there is nothing to measure with, it is guessed.
 *
 * @param {Element} like
 * @returns {(text: string, look: string) => number}
 */
function textMeasure(like) {
  const style = getComputedStyle(like);
  const pen = typeof OffscreenCanvas === "function" ? new OffscreenCanvas(1, 1).getContext("2d") : null;
  if (!pen) return (text) => text.length * GUESSED_LETTER;
  const plain = `${style.fontSize} ${style.fontFamily}`;
  const code = `${parseFloat(style.fontSize) * 0.95}px ${style.getPropertyValue("--sio-mono") || "monospace"}`;
  /** @type {Record<string, string>} */
  const fonts = { strong: `600 ${plain}`, code };
  /** @type {Map<string, number>} */
  const known = new Map();
  return (text, look) => {
    const named = `${look} ${text}`;
    let width = known.get(named);
    if (width === undefined) {
      if (known.size > MOST_REMEMBERED) known.clear();
      pen.font = fonts[look] ?? plain;
      width = pen.measureText(text).width;
      known.set(named, width);
    }
    return width;
  };
}
