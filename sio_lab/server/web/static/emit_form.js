// Emit an event, and show what came of it.

import { Arguments } from "./arguments.js";
import { field, part, press, say } from "./dom.js";
import { delay, listed } from "./text.js";

/** @typedef {import("./connection.js").Connection} Connection */

const ACK_SECONDS = 10;
const NO_ACK = `No ack within ${ACK_SECONDS} s: no handler answers this event, or it raised an error, or it is still at work.`;

/** @param {Connection} connection */
export function mountEmitForm(connection) {
  const outcome = part("emit-outcome");
  const form = part("emit-form");

  const send = () => {
    const event = field("event").value.trim();
    const args = event ? fields.read() : null;
    if (!event) return complain("Which event? Give it a name.");
    if (args) emit(event, args);
  };

  /** @param {string} text */
  const complain = (text) => {
    say(outcome, text, "bad");
    field("event").focus();
  };

  /** @param {string} event @param {unknown[]} args */
  const emit = (event, args) => {
    if (!connection.isConnected) return say(outcome, "Not connected: nothing was sent.", "bad");
    try {
      emitNow(connection, event, args, field("want-ack").checked, outcome);
    } catch (error) {
      say(outcome, `Not sent: ${error instanceof Error ? error.message : error}`, "bad"); // a reserved name
    }
  };

  const fields = new Arguments(part("arguments"), send);
  fields.add('{"data": "hello"}');
  press("add-argument").addEventListener("click", () => fields.add().text.focus());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}

/**
 * @param {Connection} connection
 * @param {string} event
 * @param {unknown[]} args
 * @param {boolean} wantsAck
 * @param {HTMLElement} outcome
 */
function emitNow(connection, event, args, wantsAck, outcome) {
  const name = event.slice(0, 60);
  if (!wantsAck) {
    connection.socket.emit(event, ...args);
    return say(outcome, `Sent ${name}.`, "good");
  }
  const began = performance.now();
  const answered = (/** @type {Error | null} */ error, /** @type {unknown[]} */ ...values) => {
    const gone = connection.isConnected ? NO_ACK : "Disconnected before the ack came.";
    if (error) say(outcome, `${name}: ${gone}`, "bad");
    else say(outcome, `${name}: ack after ${delay(performance.now() - began)}: ${values.length ? listed(values) : "empty"}`, "good");
  };
  connection.socket.timeout(1000 * ACK_SECONDS).emit(event, ...args, answered);
  say(outcome, `Sent ${name}; waiting for its ack…`);
}
