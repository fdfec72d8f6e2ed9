// What can be done to the selected row of a small table: to a client, or to a room.

import { button, html, isolated } from "./dom.js";

/** @typedef {import("./link.js").Link} Link */
/** @typedef {import("./keyed.js").KeyedRow} KeyedRow */

const NO_ROW = "Select a row to act on it";

export class RowActions {
  /** @param {Link} link @param {{emits: boolean, named: (row: KeyedRow) => string}} options */
  constructor(link, options) {
    this.link = link;
    this.options = options;
    /** @type {KeyedRow | null} */
    this.row = null;
    this.name = html("span", { class: "sio-whom" });
    this.tools = html("span", { class: "sio-actions" });
    this.said = html("span", { class: "sio-hint sio-push", role: "status" });
    this.root = html(
      "div",
      { class: "sio-rowbar", role: "group", "aria-label": "actions on the selected row", onkeydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event) },
      ...[this.name, this.tools, this.said],
    );
    this.show(null);
  }

  /** @param {KeyedRow | null} row the selected row as it is now */
  show(row) {
    const isAnother = row?.key !== this.row?.key;
    this.row = row;
    this.name.replaceChildren(row ? isolated(this.options.named(row)) : NO_ROW);
    this.name.classList.toggle("sio-hint", !row);
    // What is being typed, or to be confirmed, stays while only the row's cells change.
    if (isAnother || !this.tools.childElementCount) this.offer();
    if (isAnother && row) this.say("");
  }

  /** Whether anything can be done here at all. */
  get isOffered() {
    return this.options.emits || ["join", "leave", "kick", "close_room"].some((what) => this.link.can(what));
  }

  /** Offer all that can be done. */
  offer() {
    const { sid, room, namespace } = this.row?.at ?? {};
    const hasRoom = room !== undefined && room !== null;
    // What a room, or a client, is called may be another's name.
    const to = sid ? `sid:${sid}` : typeof room === "string" ? `room:${room}` : room;
    this.tools.replaceChildren(
      .../** @type {Node[]} */ (
        [
          (sid || hasRoom) && this.options.emits && button("Emit…", () => this.emitTo(to, namespace)),
          sid && !hasRoom && this.link.can("join") && button("Join room…", () => this.type("Join", { who: sid, namespace })),
          sid && !hasRoom && this.link.can("leave") && button("Leave room…", () => this.type("Leave", { who: sid, namespace })),
          sid && hasRoom && this.link.can("leave") && button("Leave room", () => this.act("leave", { who: sid, room, namespace })),
          sid && this.link.can("kick") && this.asker("Disconnect", "kick", { who: sid, namespace }),
          hasRoom && this.link.can("close_room") && this.asker("Close room", "close_room", { room, namespace }),
        ].filter(Boolean)
      ),
    );
  }

  /** @param {string} label @param {string} what @param {Record<string, any>} given */
  asker(label, what, given) {
    return button(`${label}…`, () => this.confirm(label, what, given), { class: "sio-danger" });
  }

  /** Ask before what can't be undone. @param {string} label @param {string} what @param {Record<string, any>} given */
  confirm(label, what, given) {
    const no = button("Cancel", () => this.offer());
    const yes = button(label, () => this.act(what, given), { class: "sio-danger" });
    this.tools.replaceChildren(html("span", {}, `${label}?`), yes, no);
    no.focus();
  }

  /** Have a room typed, here in the bar. @param {"Join" | "Leave"} label @param {Record<string, any>} given */
  type(label, given) {
    const field = /** @type {HTMLInputElement} */ (
      html("input", { class: "sio-field", size: 14, placeholder: "room", "aria-label": `room to ${label.toLowerCase()}`, spellcheck: false })
    );
    const act = () => field.value.trim() && this.act(label.toLowerCase(), { ...given, room: field.value.trim() });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) act();
    });
    this.tools.replaceChildren(field, button(label, act, { class: "sio-primary" }), button("Cancel", () => this.offer()));
    field.focus();
  }

  /** @param {string} what @param {Record<string, any>} given */
  async act(what, given) {
    for (const tool of this.tools.querySelectorAll("button, input")) tool.toggleAttribute("disabled", true);
    try {
      const told = await this.link.ask(what, given);
      this.say(told?.text ?? "done");
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error), true);
    }
    this.offer();
  }

  /** @param {string | number} to @param {string} namespace */
  emitTo(to, namespace) {
    const wish = new CustomEvent("sio-emit-to", { detail: { to, namespace }, bubbles: true, cancelable: true });
    this.root.dispatchEvent(wish);
  }

  /** @param {string} text @param {boolean} [failed] */
  say(text, failed = false) {
    this.said.textContent = text;
    this.said.title = text;
    this.said.classList.toggle("sio-look-failed", failed);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.offer();
    this.tools.querySelector("button")?.focus();
  }
}
