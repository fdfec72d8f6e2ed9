// Bytes as hexadecimal text, and back.

/** @param {Uint8Array} bytes @param {number} [most] bytes that are shown */
export function hexOf(bytes, most = 256) {
  const digits = [...bytes.subarray(0, most)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > most ? `${digits} … (${bytes.length.toLocaleString("en")} bytes)` : digits;
}

/**
 * Read bytes as people write them: `01 ff`, `0x01,0xff`, `01ff`. Throws an Error that says what is wrong.
 *
 * @param {string} text
 */
export function bytesOf(text) {
  const digits = text.replace(/0x/gi, "").replace(/[\s,:;-]+/g, "");
  const odd = digits.match(/[^0-9a-f]/i);
  if (odd) throw new Error(`${odd[0]} is no hexadecimal digit: write bytes as 01 ff 7f.`);
  if (digits.length % 2) throw new Error("There is half a byte too much: each byte has two digits, as in 01 ff 7f.");
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16));
}
