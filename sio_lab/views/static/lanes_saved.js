// Taking a sequence diagram along: its SVG as a file, its Mermaid text as a file or by copying.

import { button, html } from "./dom.js";
import { downloadText } from "./download.js";

/** @typedef {import("./link.js").Link} Link */

/**
 * The buttons, and the place where the Mermaid text is shown.
 *
 * @param {Link} link
 * @param {(problem: string) => void} complain
 * @returns {{buttons: HTMLElement[], panel: HTMLElement}}
 */
export function laneSaving(link, complain) {
  const panel = html("div", { class: "sio-seq-saved", hidden: true });
  const ask = (/** @type {string} */ what, /** @type {(text: string) => void} */ take) =>
    link.ask(what).then(take, (error) => complain(error.message));
  const picture = button("SVG", () => ask("svg", (text) => downloadText("sequence.svg", "image/svg+xml", text)), {
    title: "download the diagram as an SVG file",
  });
  const source = button("Mermaid", () => ask("mermaid", (text) => laneShowText(panel, text, source)), {
    title: "the diagram as Mermaid text, to copy or download",
    "aria-expanded": "false",
  });
  return { buttons: [picture, source], panel };
}

/** @param {HTMLElement} panel @param {string} text @param {HTMLElement} opener */
function laneShowText(panel, text, opener) {
  const area = /** @type {HTMLTextAreaElement} */ (
    html("textarea", { class: "sio-field sio-code", readonly: true, rows: 8, "aria-label": "Mermaid text", spellcheck: "false" })
  );
  area.value = text;
  const close = () => {
    panel.hidden = true;
    panel.replaceChildren();
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  };
  const said = html("span", { class: "sio-hint", role: "status" });
  const copy = button("Copy", () => laneCopy(area, said), { class: "sio-primary" });
  const save = button("Download", () => downloadText("sequence.mmd", "text/plain", text));
  const bar = html("div", { class: "sio-bar" }, copy, save, said, html("span", { class: "sio-push" }), button("Close", close));
  panel.replaceChildren(bar, area);
  panel.hidden = false;
  panel.onkeydown = (event) => {
    if (event.key === "Escape") close();
  };
  opener.setAttribute("aria-expanded", "true");
  copy.focus();
}

/** @param {HTMLTextAreaElement} area @param {HTMLElement} said */
async function laneCopy(area, said) {
  area.select();
  try {
    await navigator.clipboard.writeText(area.value);
    said.textContent = "copied";
  } catch {
    // Where the page may not write to the clipboard, the text is selected for the reader to copy.
    said.textContent = "selected: press Ctrl+C to copy";
  }
}
