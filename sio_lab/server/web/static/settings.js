// What the server tells the page of itself: asked before each connection.

import { refusalOf } from "./refusal.js";

/**
 * @typedef {object} Settings
 * @property {string} path Socket.IO's
 * @property {string[]} namespaces
 * @property {Record<string, string[]>} events that handlers answer: namespace -> names, `*` stands for any
 * @property {string[]} websockets paths of raw WebSockets
 * @property {boolean} name_taken
 * @property {string} joined what the class knows this page by; empty where it has not joined one
 */

/** @type {Settings} */
export const UNKNOWN = { path: "socket.io", namespaces: ["/"], events: {}, websockets: [], name_taken: false, joined: "" };

/**
 * Ask; throws a Refusal where the server answers with an error, or not at all.
 *
 * @param {URL} lab
 * @param {Record<string, string>} query
 * @returns {Promise<Settings>}
 */
export async function askSettings(lab, query) {
  const url = new URL("settings.json", lab);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  const answer = await fetch(url, { cache: "no-store" }).catch(() => null);
  if (!answer) throw refusalOf(0, "");
  const body = await answer.text().catch(() => "");
  if (!answer.ok) throw refusalOf(answer.status, body);
  try {
    return { ...UNKNOWN, ...JSON.parse(body) };
  } catch {
    throw refusalOf(answer.status, "");
  }
}

/**
 * The events that are answered in a namespace.
 *
 * @param {Settings} settings
 * @param {string} namespace
 */
export function eventsIn(settings, namespace) {
  const own = (/** @type {string} */ place) => (Object.hasOwn(settings.events, place) ? settings.events[place] : []);
  return [...new Set([...own(namespace), ...own("*")])].filter((event) => event !== "*");
}
