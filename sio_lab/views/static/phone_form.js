// The line to emit of a phone: event, namespace, arguments, and whether an ack is wanted.

import { html } from "./dom.js";

/**
 * @typedef {{root: HTMLElement, places: (namespaces: string[]) => void}} PhoneForm
 */

/**
 * Build the line. What was sent stays in it, its arguments selected: Enter sends it again, typing replaces it.
 *
 * @param {string} called @param {(given: Record<string, any>) => Promise<boolean>} send
 * @returns {PhoneForm}
 */
export function phoneForm(called, send) {
  const event = phoneField(`event for ${called} to emit`, "event");
  const args = phoneField(`arguments of ${called}'s event: JSON values or a text`, "JSON or text");
  const place = /** @type {HTMLSelectElement} */ (html("select", { class: "sio-field", "aria-label": `namespace ${called} emits in` }));
  const ack = /** @type {HTMLInputElement} */ (html("input", { type: "checkbox" }));
  const submit = html("button", { type: "submit", class: "sio-button", "aria-label": `Emit as ${called}` }, "Emit");
  const root = html(
    "form",
    { class: "sio-phone-form", onsubmit: (/** @type {Event} */ happened) => void emit(happened), onkeydown: enter },
    html("div", { class: "sio-line" }, event, place, html("label", { class: "sio-ack", title: "ask for an ack" }, ack, "ack")),
    html("div", { class: "sio-line" }, args, submit),
  );

  /** JupyterLab takes Enter for itself before a form is submitted. @param {KeyboardEvent} pressed */
  function enter(pressed) {
    const isField = pressed.target === event || pressed.target === args;
    if (pressed.key === "Enter" && isField && !pressed.isComposing) void emit(pressed);
  }

  /** @param {Event} happened */
  async function emit(happened) {
    happened.preventDefault();
    const namespace = place.hidden ? null : place.value;
    const sent = await send({ event: event.value, args_text: args.value, namespace, ack: ack.checked });
    if (sent && document.activeElement === args) args.select();
  }

  return { root, places: (namespaces) => phoneChoices(place, namespaces) };
}

/** @param {HTMLSelectElement} place @param {string[]} namespaces */
function phoneChoices(place, namespaces) {
  place.hidden = namespaces.length < 2;
  const there = [...place.options].map((option) => option.value);
  if (there.join("\n") === namespaces.join("\n")) return;
  const chosen = place.value;
  place.replaceChildren(...namespaces.map((each) => html("option", { value: each }, each)));
  if (namespaces.includes(chosen)) place.value = chosen;
}

/** @param {string} label @param {string} hint */
function phoneField(label, hint) {
  const plain = { type: "text", class: "sio-field sio-code", autocomplete: "off", spellcheck: "false" };
  return /** @type {HTMLInputElement} */ (html("input", { ...plain, "aria-label": label, placeholder: hint }));
}
