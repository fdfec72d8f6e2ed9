// The buttons of a row's detail: what can be done with the row, and what can be copied of it.

import { button, html } from "./dom.js";

/** @typedef {import("./detail.js").DetailPane} DetailPane */
/** @typedef {import("./detail_parts.js").DetailTold} DetailTold */

const COMMAND_TITLE = "Paste it into a cell and run that: a debugger needs the cell to talk to you, so no click can open it";

/**
 * @param {DetailTold} told
 * @param {DetailPane} pane
 * @returns {HTMLElement[]}
 */
export function detailActions(told, pane) {
  const acts = [
    offersDetail(told, "replay") && actButton("Replay", () => pane.replay(), "Run its handler again as it is now, and compare; nothing is sent"),
    offersDetail(told, "export") && actButton("Export test", () => pane.export(), "A pytest file that sends what this row's client sent"),
  ];
  const copies = [
    copyButton("Python", "Copy as Python", () => pane.copyForm("python")),
    copyButton("JSON", "Copy as JSON", () => pane.copyForm("json")),
    ...["debug", "rerun"].filter((verb) => offersDetail(told, verb)).map((verb) => commandButton(`%sio ${verb} ${told.seq}`, pane)),
  ];
  const group = html("span", { class: "sio-copies", role: "group", "aria-label": "copy" }, html("span", { class: "sio-hint" }, "Copy"), ...copies);
  return /** @type {HTMLElement[]} */ ([...acts.filter(Boolean), group]);
}

/** @param {DetailTold} told @param {string} what @returns {boolean} whether the kernel offers it for this row */
export function offersDetail(told, what) {
  return Boolean(told.can?.includes(what));
}

/** A button that says it is at work until what it does is done. @param {string} label @param {() => Promise<void>} act @param {string} title */
function actButton(label, act, title) {
  const made = button(
    label,
    async () => {
      // Not disabled meanwhile: that would take the focus away.
      if (made.getAttribute("aria-busy") === "true") return;
      made.setAttribute("aria-busy", "true");
      await act();
      made.removeAttribute("aria-busy");
    },
    { title },
  );
  return made;
}

/** @param {string} label @param {string} spoken @param {() => void} act */
function copyButton(label, spoken, act) {
  return button(label, act, { "aria-label": spoken, title: spoken });
}

/** @param {string} command @param {DetailPane} pane */
function commandButton(command, pane) {
  return button(command, () => pane.copyText(command), { class: "sio-command", "aria-label": `Copy ${command}`, title: `Copy ${command}. ${COMMAND_TITLE}` });
}
