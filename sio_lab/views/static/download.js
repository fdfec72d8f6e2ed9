// A text as a file that the reader keeps.

import { html } from "./dom.js";

/** So long, in milliseconds, is the text kept: Firefox reads it only after the click. */
const DOWNLOAD_READ_WITHIN = 1000;

/**
 * Offer a text as a file; tells whether that was possible: not every page may.
 *
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
export function downloadText(name, type, text) {
  if (typeof URL.createObjectURL !== "function") return false;
  const address = URL.createObjectURL(new Blob([text], { type }));
  html("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), DOWNLOAD_READ_WITHIN);
  return true;
}
