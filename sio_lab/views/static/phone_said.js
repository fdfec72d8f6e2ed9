// One line of a phone's conversation.

import { html, isolated } from "./dom.js";

/**
 * @typedef {{n: number, at: number, time: string, dir: string, namespace: string, event: string, args: string,
 *   ack?: string | null, failed?: string}} PhoneItem
 */

/** Arrows point as in the tables, told from the server's side: what a client receives goes out. */
const PHONE_WAYS = /** @type {Record<string, string[]>} */ ({ in: ["←", "out", "received"], out: ["→", "in", "sent"] });

/**
 * A bubble: received at the left, sent at the right; or a note between them.
 *
 * @param {PhoneItem} item @param {boolean} hasSeveral whether the client is in several namespaces
 */
export function phoneSaid(item, hasSeveral) {
  const place = hasSeveral && item.namespace && isolated(item.namespace, { class: "sio-ns" });
  if (item.dir === "note") {
    return html("div", { class: `sio-said sio-note sio-note-${item.event}`, title: item.time }, place, isolated(item.args));
  }
  const [arrow, look, spoken] = PHONE_WAYS[item.dir];
  const way = html("span", { class: `sio-way sio-${look}`, role: "img", "aria-label": spoken }, arrow);
  const event = isolated(item.event || "ack", { class: item.event ? "sio-event" : "sio-event sio-none" });
  return html(
    "div",
    { class: `sio-said sio-${item.dir}`, title: item.time },
    html("div", { class: "sio-said-top" }, way, event, place),
    item.args !== "()" && isolated(item.args, { class: "sio-args", dir: "ltr" }),
    phoneEnding(item),
  );
}

/** What became of an event that was sent. @param {PhoneItem} item */
function phoneEnding(item) {
  if (item.failed) return html("div", { class: "sio-ending sio-bad" }, "✕ ", isolated(item.failed));
  if (item.ack === "") return html("div", { class: "sio-ending" }, "no ack yet");
  return item.ack ? html("div", { class: "sio-ending" }, "ack ", isolated(item.ack, { class: "sio-args", dir: "ltr" })) : null;
}
