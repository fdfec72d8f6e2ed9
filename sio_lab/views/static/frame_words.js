// What stands in the frame's place where there is no page to show: what is missing, why, and what to do.

import { BY_PROXY } from "./finder.js";
import { button, html } from "./dom.js";

const FRAME_NOT_FOUND = 404;

/** @param {string} text */
function frameCode(text) {
  return html("code", {}, text);
}

/** @param {string} title @param {(Node | string)[][]} lines @param {...Node} buttons */
export function frameCard(title, lines, ...buttons) {
  const told = lines.map((line) => html("p", {}, ...line));
  const acts = buttons.length ? [html("div", { class: "sio-open-acts" }, ...buttons)] : [];
  return html("div", { class: "sio-open-card", role: "status" }, html("strong", {}, title), ...told, ...acts);
}

/**
 * Ask before a page of the program is shown where it shares Jupyter's origin.
 *
 * @param {string} path
 * @param {() => void} agree
 */
export function frameConsent(path, agree) {
  const why = ["Only Jupyter's own proxy reaches it from here. Through it the page counts as a part of Jupyter: a script in it, or one that it loads, could read your files and run code in your notebooks."];
  const what = ["Agree if you trust all that is in the page. You are asked once for this server."];
  return frameCard(`May ${path} come through Jupyter's proxy?`, [why, what], button("Show it through the proxy", agree, { class: "sio-primary" }));
}

/** @param {() => void} again */
export function frameStopped(again) {
  return frameCard("The server is stopped", [["Start it: ", frameCode("%sio start"), ". The page comes back then."]], button("Try again", again));
}

/**
 * Say why no address leads to the server, and what would.
 *
 * @param {{pointed: import("./finder.js").Pointed, page: import("./finder.js").NotebookPage} & import("./finder.js").Search} search
 * @param {() => void} again
 */
export function frameMissing({ pointed, page, tried }, again) {
  const way = tried.find(({ how }) => how === BY_PROXY);
  const lines = [
    ["It listens at ", frameCode(pointed.url), " on the kernel's machine; no address that was tried from here leads there."],
    ...(way ? frameProxyAdvice(way.status) : []),
    ...(page.protocol.startsWith("http") ? [] : [frameForwarded(pointed.port)]),
    ["Where a tunnel or another proxy of yours leads to it, say so: ", frameCode('%config SioMagics.public_url = "https://…"'), "."],
  ];
  return frameCard("This browser can't reach the server", lines, button("Try again", again));
}

/** @param {number} status @returns {(Node | string)[][]} */
function frameProxyAdvice(status) {
  if (status !== FRAME_NOT_FOUND) return [[`Jupyter's proxy answered with ${status || "nothing"}: reload this page, and log in anew if Jupyter asks.`]];
  return [["Jupyter here has no proxy. In the environment that runs Jupyter itself (it need not be the kernel's): ", frameCode("pip install jupyter-server-proxy"), ", then restart Jupyter."]];
}

/** @param {number} port @returns {(Node | string)[]} */
function frameForwarded(port) {
  return [`VS Code forwards ports by itself, or in its Ports panel: forward ${port} there, and try again.`];
}
