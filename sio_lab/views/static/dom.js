// Elements from data: every text becomes a text node, so nothing that a client sends is ever markup.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Make an HTML element. `on…` functions are listeners, `true` an empty attribute; null, undefined and false leave out.
 *
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function html(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  dress(made, attributes);
  made.append(...texts(children));
  return made;
}

/**
 * Make an SVG element; otherwise as `html`.
 *
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  dress(made, attributes);
  made.append(...texts(children));
  return made;
}

/**
 * A button that says what it does.
 *
 * @param {string} label
 * @param {(event: MouseEvent) => void} act
 * @param {Record<string, any>} [attributes]
 */
export function button(label, act, attributes = {}) {
  const plain = { type: "button", onclick: act, ...attributes };
  return /** @type {HTMLButtonElement} */ (html("button", { ...plain, class: `sio-button ${attributes.class ?? ""}` }, label));
}

/**
 * Text that clients chose: isolated, so that right-to-left letters reorder nothing beside it.
 *
 * @param {Child} text
 * @param {Record<string, any>} [attributes]
 */
export function isolated(text, attributes = {}) {
  return html("bdi", attributes, text);
}

/** @param {Element} element @param {Record<string, any>} attributes */
function dress(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function texts(children) {
  const shown = children.filter((child) => child !== null && child !== undefined && child !== false);
  return shown.map((child) => (typeof child === "number" ? String(child) : /** @type {Node | string} */ (child)));
}
