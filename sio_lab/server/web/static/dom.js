// Elements by id and from data. All text becomes text nodes: nothing that a server or a client sends is ever markup.

/**
 * The element of an id, of the class that is expected.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function by(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}

/** @param {string} id */
export const field = (id) => by(id, HTMLInputElement);

/** @param {string} id */
export const choice = (id) => by(id, HTMLSelectElement);

/** @param {string} id */
export const press = (id) => by(id, HTMLButtonElement);

/** @param {string} id */
export const part = (id) => by(id, HTMLElement);

/**
 * Make an element; `on…` are listeners, `true` is an empty attribute, null, undefined and false leave one out.
 *
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[N]}
 */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/**
 * Show a text in an element, or hide the element where there is none.
 *
 * @param {HTMLElement} element
 * @param {string} text
 * @param {string} [tone] `good`, `bad` or nothing
 */
export function say(element, text, tone = "") {
  element.textContent = text;
  element.hidden = !text;
  element.dataset.tone = tone;
}

/** @param {HTMLElement} list a datalist @param {string[]} values */
export function suggest(list, values) {
  list.replaceChildren(...values.map((value) => make("option", { value })));
}
