// Text that is short enough to show: what is cut off is said.

/**
 * @param {string} text
 * @param {number} most characters
 */
export function cut(text, most) {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… (${text.length.toLocaleString("en")} characters)`;
}

/** @param {unknown} value any that JSON has, or bytes @param {number} [most] characters */
export function shown(value, most = 500) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  try {
    return cut(JSON.stringify(value) ?? "nothing", most);
  } catch {
    return cut(String(value), most);
  }
}

/** @param {unknown[]} values @param {number} [most] */
export const listed = (values, most = 500) => cut(values.map((value) => shown(value, most)).join(", "), most);

/** @param {number} ms */
export const delay = (ms) => (ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1e4 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** @param {number} at milliseconds since 1970 */
export function clock(at) {
  const date = new Date(at);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}
