// A page without a browser, and a model without a kernel, for the tests of the views' modules.

import { JSDOM } from "jsdom";

const GLOBALS = ["document", "Node", "Element", "HTMLElement", "Event", "CustomEvent", "KeyboardEvent", "MouseEvent"];
const FUNCTIONS = ["addEventListener", "removeEventListener", "getComputedStyle", "getSelection", "requestAnimationFrame", "cancelAnimationFrame"];

class Unsized {
  observe() {}
  disconnect() {}
}

/**
 * Open an empty page: its window, document and the rest are globals from then on.
 *
 * jsdom lays nothing out: every element is said to be of one size.
 */
export function openPage({ width = 1600, height = 245 } = {}) {
  const { window } = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
  window.ResizeObserver = Unsized;
  window.CSS = { escape: (text) => text };
  const { prototype } = window.HTMLElement;
  Object.defineProperty(prototype, "clientWidth", { configurable: true, get: () => width });
  Object.defineProperty(prototype, "clientHeight", { configurable: true, get: () => height });
  const given = { window, ResizeObserver: Unsized, CSS: window.CSS };
  for (const name of GLOBALS) given[name] = window[name];
  for (const name of FUNCTIONS) given[name] = window[name].bind(window);
  for (const [name, value] of Object.entries(given)) globalThis[name] = value;
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: window.navigator });
  return window;
}

/** A model as anywidget gives it to a view: `sent` has what the view said, `tell` says what a kernel would. */
export function fakeModel(feeds, options = {}, asks = undefined) {
  const listeners = new Set();
  const fire = (event, told) => [...listeners].forEach(([name, listener]) => name === event && listener(told));
  return {
    sent: [],
    get: () => ({ options, feeds, asks }),
    send(message) {
      this.sent.push(message);
    },
    on: (name, listener) => listeners.add([name, listener]),
    off: (name, listener) => listeners.forEach((each) => each[0] === name && each[1] === listener && listeners.delete(each)),
    tell: (message) => fire("msg:custom", message),
    fire,
    get listeners() {
      return listeners.size;
    },
  };
}

/** Answer the newest question of a page. */
export function answer(model, value, ok = true) {
  const { ask } = model.sent.findLast((message) => message.k === "ask");
  model.tell({ k: "answer", ask, ok, value });
  return later();
}

/** Wait until promises are kept, and for what is drawn with the next frames. */
export async function later(ms = 40) {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Press a key on an element; tells whether the page took it. */
export function press(element, key, more = {}) {
  const event = new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  element.dispatchEvent(event);
  return event.defaultPrevented;
}

/** Type a text into a field. */
export function type(field, text) {
  field.value = text;
  field.dispatchEvent(new window.Event("input", { bubbles: true }));
}

/** The button that says this. */
export function named(root, text) {
  return [...root.querySelectorAll("button")].find((each) => each.textContent === text && !each.closest("[hidden]"));
}

const NAMES = ["seq", "time", "kind", "namespace", "event", "client", "sid", "to", "args", "ack", "status"];

/** A row of the traffic feed as it is told, its texts put into `words`. */
export function trafficRow(words, seq, told = {}) {
  const plain = { seq, time: 1_000 * seq, kind: "event", namespace: "/", event: "chat", client: "ada", args: "'hi'" };
  const row = { ...plain, status: "handled", ...told };
  const word = (text) => {
    if (text === null || text === undefined) return null;
    if (!words.includes(text)) words.push(text);
    return words.indexOf(text);
  };
  const texts = NAMES.slice(2).map((name) => word(row[name]));
  const rest = [row.ms ?? null, word(row.error), row.cause ?? null, row.failed ? 1 : 0, row.recipients ?? null];
  return [row.seq, row.time, ...texts, ...rest];
}

/** The traffic feed's state with rows of these numbers, each with more of its own. */
export function trafficState(seqs, more = () => ({}), state = {}) {
  const words = [];
  const rows = seqs.map((seq) => trafficRow(words, seq, more(seq)));
  return { offset: 60, words, rows, filter: "", dropped: 0, keep: 10_000, skipped: 0, ...state };
}

/** The numbers from one to another. */
export function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
