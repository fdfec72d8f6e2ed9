// What the server gets when it asks for an ack: null, a value, or for the time being nothing.

import { choice, field, part, say } from "./dom.js";
import { counted, cut } from "./text.js";

const MOST_HELD = 100;

/** @returns what is called with an event's name and its ack function */
export function mountAcksForm() {
  /** @type {{event: string, answer: (value: unknown) => void}[]} */
  let held = [];

  /** @returns {unknown} the value to answer with; null, with a word, where it is no JSON */
  const value = () => {
    if (choice("ack-mode").value === "null") return null;
    try {
      say(part("ack-problem"), "");
      return JSON.parse(field("ack-value").value);
    } catch {
      say(part("ack-problem"), 'Not JSON, so null is answered: a text stands in quotes, as in "ok".');
      return null;
    }
  };

  const show = () => {
    const mode = choice("ack-mode").value;
    part("ack-value-label").hidden = mode === "null";
    part("held").hidden = !held.length;
    const last = held.at(-1);
    part("held-text").textContent = last ? `${counted(held.length, "event waits", "events wait")}, last ${cut(last.event, 40)}` : "";
  };

  const answerHeld = () => {
    const [told, waiting] = [value(), held];
    held = [];
    for (const { answer } of waiting) answer(told);
    show();
  };

  choice("ack-mode").addEventListener("change", show);
  field("ack-value").addEventListener("input", value);
  part("acks-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (held.length) answerHeld();
  });

  return {
    /** @param {string} event @param {(value: unknown) => void} answer */
    asked(event, answer) {
      if (choice("ack-mode").value !== "hold") return answer(value());
      held = [...held, { event, answer }].slice(-MOST_HELD);
      show();
    },
    /** What was held back can't be answered on another connection. */
    forget() {
      held = [];
      show();
    },
  };
}
