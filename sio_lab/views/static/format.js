// Numbers and times as text, in the forms that views/values.py has for tables that are not live.

const SECONDS_FROM = 999.5;
const WHOLE_FROM = 99.95;
const TENTHS_FROM = 9.995;

/**
 * A whole number with commas: 12,345.
 *
 * @param {number} count
 */
export function counted(count) {
  return grouped(String(Math.trunc(count)));
}

/**
 * A count and what it counts: `1 row`, `12 rows`, `2 boxes`.
 *
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function plural(count, one, many = `${one}s`) {
  return `${counted(count)} ${count === 1 ? one : many}`;
}

/**
 * The time of day where the kernel runs, as 12:34:56.789; the reader's own zone is of no matter.
 *
 * @param {number} ms since 1970, UTC
 * @param {number} offset minutes east of UTC
 */
export function timeOfDay(ms, offset) {
  return new Date(Math.floor(ms) + offset * 60_000).toISOString().slice(11, 23);
}

/**
 * Milliseconds as `0.25 ms`, `12.3 ms`, `123 ms` or `1.23 s`: three digits say enough.
 *
 * @param {number} ms
 */
export function duration(ms) {
  if (ms >= SECONDS_FROM) return `${grouped((ms / 1_000).toFixed(2))} s`;
  return `${ms.toFixed(ms >= WHOLE_FROM ? 0 : ms >= TENTHS_FROM ? 1 : 2)} ms`;
}

/**
 * A number of bytes as `512 B`, `1.5 kB` or `2.0 MB`.
 *
 * @param {number} count
 */
export function byteSize(count) {
  if (count < 1_000) return `${count} B`;
  return count < 1_000_000 ? `${grouped((count / 1_000).toFixed(1))} kB` : `${grouped((count / 1_000_000).toFixed(1))} MB`;
}

/** @param {string} digits */
function grouped(digits) {
  return digits.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
}
