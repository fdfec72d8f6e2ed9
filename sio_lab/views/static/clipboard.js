// Text to the clipboard, also where a page may not write it: in a frame, or without https.

import { html } from "./dom.js";

/**
 * Copy a text; tells whether that was possible.
 *
 * @param {string} text
 * @param {HTMLElement} near where something may stand for a moment
 */
export async function copyText(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text, near);
  }
}

/** @param {string} text @param {HTMLElement} near */
function copyFromField(text, near) {
  const field = /** @type {HTMLTextAreaElement} */ (html("textarea", { class: "sio-spoken", "aria-hidden": true }));
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  field.value = text;
  near.append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    focused?.focus({ preventScroll: true });
  }
}
