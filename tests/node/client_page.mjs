// The client page without a browser: its own HTML, and a client that does what a test says.

import { readFileSync } from "node:fs";

import { JSDOM } from "jsdom";

const HTML = new URL("../../sio_lab/server/web/pages/client.html", import.meta.url);
const CLASSES = ["Node", "HTMLElement", "HTMLInputElement", "HTMLSelectElement", "HTMLButtonElement", "HTMLTextAreaElement", "Event", "KeyboardEvent"];

/** Open the client page's HTML: its document and classes are globals from then on. */
export function openClientPage() {
  const { window } = new JSDOM(readFileSync(HTML, "utf8"), { pretendToBeVisual: true, url: "http://127.0.0.1:5000/_lab/" });
  for (const name of ["document", ...CLASSES]) globalThis[name] = window[name];
  globalThis.requestAnimationFrame = (draw) => setTimeout(draw, 0);
  return window;
}

/** Wait for what is drawn with the next frame. */
export const nextFrame = () => new Promise((done) => setTimeout(done, 5));

export const find = (selector) => globalThis.document.querySelector(selector);

export const submit = (selector) => find(selector).dispatchEvent(new globalThis.Event("submit", { cancelable: true }));

/** A connection that notes what is emitted. */
export function fakeConnection({ isConnected = true } = {}) {
  const sent = [];
  const emit = (...told) => sent.push(told);
  return { isConnected, sent, socket: { emit, timeout: () => ({ emit }) } };
}
