// How the connection is, on the page: a word, the transport, and why.

import { part, press, say } from "./dom.js";

/** @typedef {import("./connection.js").State} State */

/** @type {Record<State["phase"], string>} */
const WORDS = {
  idle: "Not connected",
  connecting: "Connecting",
  connected: "Connected",
  waiting: "Reconnecting",
  refused: "Refused",
  failed: "Not connected",
  closed: "Disconnected",
};
const ENDED = new Set(["idle", "refused", "failed", "closed"]);

/** @param {State} state */
export function showState(state) {
  part("state").dataset.state = state.phase;
  part("state-word").textContent = WORDS[state.phase];
  part("state-transport").textContent = state.phase === "connected" ? state.transport : "";
  const tries = state.attempts ? ` Attempt ${state.attempts} to reconnect.` : "";
  say(part("why"), state.phase === "connected" ? "" : `${state.why}${tries}`.trim(), ENDED.has(state.phase) && state.phase !== "closed" ? "bad" : "");
  part("to-join").hidden = !state.needsCode;
  press("connect").disabled = !ENDED.has(state.phase);
  press("disconnect").disabled = ENDED.has(state.phase);
  part("facts").hidden = state.phase !== "connected";
  part("fact-sid").textContent = state.sid;
  part("fact-transport").textContent = state.upgraded ? `${state.transport}, upgraded from polling` : state.transport;
}
