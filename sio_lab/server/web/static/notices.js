// What the server tells everybody, or this client, shown beside being logged: text, cut short.

import { part, press, say } from "./dom.js";
import { cut } from "./text.js";

/** @param {unknown} told @param {string} key @param {number} most */
function textOf(told, key, most) {
  const value = told && typeof told === "object" ? /** @type {Record<string, unknown>} */ (told)[key] : null;
  return typeof value === "string" ? cut(value, most) : "";
}

export function mountNotices() {
  press("announcement-close").addEventListener("click", () => (part("announcement").hidden = true));
  return {
    /** @param {string} event @param {unknown[]} args */
    told(event, [data]) {
      if (event === "announcement" && textOf(data, "text", 500)) {
        part("announcement-text").textContent = textOf(data, "text", 500);
        part("announcement").hidden = false;
      }
      if (event === "refused" && textOf(data, "text", 300)) {
        const about = textOf(data, "event", 60);
        say(part("emit-outcome"), `${about ? `${about}: ` : ""}${textOf(data, "text", 300)}`, "bad");
      }
    },
  };
}
