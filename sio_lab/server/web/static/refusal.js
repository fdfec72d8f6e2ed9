// What a server says when it answers a request with an error: its words, and whether to ask again makes sense.

import { cut } from "./text.js";

/**
 * @typedef {object} Refusal
 * @property {number} status the HTTP status; 0 where nobody answered
 * @property {string} text in the server's words; empty where it has none
 * @property {string} kind `code`, `locked`, `full`, `tries`, … where the lab refused, else empty
 */

const PASSING = new Set([408, 425, 429]);

/**
 * @param {number} status
 * @param {string} body the answer's text
 * @returns {Refusal}
 */
export function refusalOf(status, body) {
  /** @type {unknown} */
  let told = null;
  try {
    told = JSON.parse(body.slice(0, 10_000));
  } catch {
    // an error page of a proxy
  }
  if (typeof told === "string") return { status, text: cut(told, 300), kind: "" };
  const { message, sio_lab: kind } = /** @type {Record<string, unknown>} */ (told ?? {});
  const text = typeof message === "string" ? cut(message, 300) : "";
  return { status, text, kind: typeof kind === "string" ? cut(kind, 20) : "" };
}

/** @param {Refusal} refusal @returns whether who joins the class is let in */
export const isForClass = ({ kind }) => kind === "code";

/** @param {Refusal} refusal @returns whether the same question would get the same answer */
export const isFinal = ({ status }) => status >= 400 && status < 500 && !PASSING.has(status);
