// Who is in the class, by name; one who is chosen can be renamed, or sent out. Names are what students typed.

import { button, html, isolated } from "./dom.js";

/** @typedef {(what: string, given: Record<string, any>) => Promise<boolean>} ClassAct */
/** @typedef {[eio_sid: string, name: string, full: string]} ClassStudent */

export class ClassStudents {
  /** @param {ClassAct} act */
  constructor(act) {
    this.act = act;
    /** @type {Map<string, {chip: HTMLButtonElement, name: string}>} */
    this.chips = new Map();
    /** The eio_sid of who is chosen. @type {string | null} */
    this.chosen = null;
    this.list = html("ul", { class: "sio-class-names", "aria-label": "students" });
    this.more = html("p", { class: "sio-hint", hidden: true });
    this.bar = html("div", { class: "sio-class-bar", role: "group", "aria-label": "the chosen student", hidden: true });
    this.bar.addEventListener("keydown", (event) => event.key === "Escape" && this.choose(null));
    this.element = html("div", { class: "sio-class-who" }, this.list, this.more, this.bar);
  }

  /** @param {ClassStudent[]} students @param {number} more */
  update(students, more) {
    const there = new Set(students.map(([sid]) => sid));
    for (const [sid, { chip }] of this.chips) {
      if (there.has(sid)) continue;
      chip.parentElement?.remove();
      this.chips.delete(sid);
    }
    for (const [sid, name, full] of students) this.put(sid, name, full);
    this.more.hidden = more === 0;
    this.more.textContent = `and ${more} more`;
    if (this.chosen !== null && !there.has(this.chosen)) this.choose(null);
  }

  /** @param {string} sid @param {string} name @param {string} full */
  put(sid, name, full) {
    const known = this.chips.get(sid);
    if (known?.name === name) return;
    const chip = known?.chip ?? button("", () => this.choose(this.chosen === sid ? null : sid), { class: "sio-class-name", "aria-pressed": "false" });
    chip.replaceChildren(isolated(name));
    chip.title = full;
    this.chips.set(sid, { chip, name });
    if (!known) this.list.append(html("li", {}, chip));
    else if (this.chosen === sid) this.offer(sid);
  }

  /** @param {string | null} sid */
  choose(sid) {
    const before = this.chips.get(this.chosen ?? "");
    this.chosen = sid;
    for (const [each, { chip }] of this.chips) chip.setAttribute("aria-pressed", String(each === sid));
    if (sid === null) {
      const hadFocus = this.bar.contains(document.activeElement);
      this.bar.hidden = true;
      if (hadFocus) before?.chip.focus();
    } else this.offer(sid);
  }

  /** Offer what can be done with who is chosen. @param {string} sid */
  offer(sid) {
    const { name = "" } = this.chips.get(sid) ?? {};
    const rename = button("Rename…", () => this.rename(sid, name));
    const kick = button("Send out…", () => this.confirm(sid, name), { class: "sio-danger" });
    this.bar.replaceChildren(isolated(name, { class: "sio-class-chosen" }), rename, kick);
    this.bar.hidden = false;
  }

  /** @param {string} sid @param {string} name */
  rename(sid, name) {
    const field = /** @type {HTMLInputElement} */ (
      html("input", { class: "sio-field", size: 16, maxlength: 40, value: name, "aria-label": "new name", spellcheck: false, autocomplete: "off" })
    );
    const act = () => field.value.trim() && this.done(sid, "rename_student", { eio_sid: sid, name: field.value.trim() });
    field.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && act());
    this.bar.replaceChildren(field, button("Rename", act, { class: "sio-primary" }), button("Cancel", () => this.offer(sid)));
    field.select();
    field.focus();
  }

  /** @param {string} sid @param {string} name */
  confirm(sid, name) {
    const no = button("Cancel", () => this.offer(sid));
    const yes = button("Send out", () => this.done(sid, "kick_student", { eio_sid: sid }), { class: "sio-danger" });
    const asked = html("span", {}, "Send ", isolated(name, { class: "sio-class-chosen" }), " out? To come back takes the code.");
    this.bar.replaceChildren(asked, yes, no);
    no.focus();
  }

  /** @param {string} sid @param {string} what @param {Record<string, any>} given */
  async done(sid, what, given) {
    await this.act(what, given);
    if (this.chosen === sid) this.choose(null);
  }
}
