// The emit form: what to send, to whom; it says who that would reach before, and what came of it after.

import { ArgsField } from "./args_field.js";
import { Combobox, comboWord } from "./combobox.js";
import { button, html, isolated } from "./dom.js";
import { ReachLine } from "./reach_line.js";

/**
 * Mount the form. It fills itself when something in the same view dispatches a bubbling CustomEvent `sio-emit-to`,
 * whose detail is {to, skip, namespace}.
 *
 * @param {HTMLElement} root
 * @param {import("./link.js").Link} link
 * @returns {() => void}
 */
export function mountEmitForm(root, link) {
  const form = new EmitForm(link);
  root.append(form.element);
  const view = root.closest(".sio-live") ?? root;
  const fill = (/** @type {Event} */ event) => form.fill(/** @type {CustomEvent} */ (event).detail ?? {});
  view.addEventListener("sio-emit-to", fill);
  const unfollow = link.feeds.has("status") ? link.follow("status", form.follower()) : () => {};
  form.reach.refresh();
  return () => {
    view.removeEventListener("sio-emit-to", fill);
    unfollow();
    form.close();
    form.element.remove();
  };
}

class EmitForm {
  /** @param {import("./link.js").Link} link */
  constructor(link) {
    this.link = link;
    this.sending = false;
    this.counts = "";
    this.reach = new ReachLine(link, () => this.where());
    this.event = this.combo("event", { placeholder: "event name" });
    this.to = this.combo("to", { placeholder: "everybody", kind: "who", several: true });
    this.skip = this.combo("skip", { placeholder: "nobody", kind: "who", several: true });
    this.namespace = this.combo("namespace", { placeholder: "/", kind: "namespaces" });
    this.args = new ArgsField(link);
    this.ack = /** @type {HTMLInputElement} */ (html("input", { type: "checkbox", onchange: () => this.reach.refresh() }));
    this.button = button("Send", () => this.send(), { class: "sio-primary", title: "Ctrl+Enter or ⌘+Enter sends, too" });
    this.outcome = html("div", { class: "sio-form-outcome", role: "status" });
    this.body = html("div", { class: "sio-form-body", id: `sio-form-${Math.random().toString(36).slice(2)}` }, ...this.rows());
    this.toggle = this.makeToggle();
    this.element = this.frame();
  }

  /**
   * @param {string} label
   * @param {{placeholder: string, kind?: string, several?: boolean}} told
   * @returns {Combobox}
   */
  combo(label, { placeholder, kind = "events", several = false }) {
    const offers = () => this.link.ask("suggest", { namespace: this.namespace.value.trim() }).then((told) => told[kind]);
    const changed = kind === "events" ? () => {} : () => this.reach.changed();
    return new Combobox({ label, placeholder, several, offers, changed, look: `sio-form-${label}` });
  }

  frame() {
    const pressed = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      this.send();
    };
    return html("section", { class: "sio-form", "aria-label": "emit", onkeydown: pressed }, this.toggle, this.body);
  }

  rows() {
    const args = formField("arguments", this.args.element, "sio-form-grow");
    const first = [formField("event", this.event.element), args, this.button];
    const ack = html("label", { class: "sio-form-ack" }, this.ack, "ack wanted");
    const whom = [formField("to", this.to.element), formField("skip", this.skip.element), formField("namespace", this.namespace.element)];
    const second = [...whom, ack, this.reach.element];
    return [html("div", { class: "sio-form-row" }, ...first), html("div", { class: "sio-form-row" }, ...second), this.outcome];
  }

  makeToggle() {
    const told = { class: "sio-form-toggle", type: "button", "aria-expanded": "true", "aria-controls": this.body.id };
    const chevron = html("span", { class: "sio-form-chevron", "aria-hidden": "true" });
    return html("button", { ...told, onclick: () => this.open(this.body.hidden === true) }, chevron, "Emit");
  }

  /** @param {boolean} isOpen */
  open(isOpen) {
    this.body.hidden = !isOpen;
    this.toggle.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.reach.refresh();
  }

  where() {
    return { to: this.to.value, skip: this.skip.value, namespace: this.namespace.value.trim(), ack: this.ack.checked };
  }

  /** Who is there decides who would be reached. */
  follower() {
    const heard = (/** @type {any} */ told) => {
      const counts = told.counts ? `${told.counts.clients} ${told.counts.rooms}` : this.counts;
      if (this.counts && counts !== this.counts && !this.body.hidden) this.reach.changed();
      this.counts = counts;
    };
    return { state: heard, patch: heard };
  }

  /**
   * @typedef {string | number | (string | number)[] | null} Who of a text, one client or room
   * @param {{to?: Who, skip?: Who, namespace?: string | null}} told
   */
  fill({ to = null, skip = null, namespace = null }) {
    this.open(true);
    this.to.value = formWho(to);
    this.skip.value = formWho(skip);
    this.namespace.value = namespace ?? "";
    this.reach.refresh();
    this.element.scrollIntoView?.({ block: "nearest" });
    this.event.input.focus();
  }

  send() {
    if (this.sending) return;
    for (const field of [this.event, this.to, this.skip, this.namespace]) field.close();
    const event = this.event.value;
    this.event.input.setAttribute("aria-invalid", String(event === ""));
    if (event === "") {
      this.event.input.focus();
      this.tell("bad", "Which event? Write its name first.");
      return;
    }
    this.pending(true);
    const asked = this.link.ask("emit", { event, args_text: this.args.value, ...this.where() });
    asked
      .then((told) => this.tell("good", told.text), (error) => this.tell("bad", error.message))
      .finally(() => this.pending(false));
  }

  /** @param {boolean} is */
  pending(is) {
    this.sending = is;
    this.button.textContent = !is ? "Send" : this.ack.checked ? "Waiting…" : "Sending…";
    // Not `disabled`, which would take the focus away.
    this.button.setAttribute("aria-disabled", String(is));
    if (is) this.outcome.replaceChildren();
  }

  /** @param {"good" | "bad"} look @param {string} text */
  tell(look, text) {
    const mark = html("span", { class: "sio-form-outcome-mark" }, look === "bad" ? "✕ " : "✓ ");
    this.outcome.replaceChildren(html("div", { class: `sio-form-outcome-${look}` }, mark, isolated(text)));
  }

  close() {
    for (const field of [this.event, this.to, this.skip, this.namespace, this.args, this.reach]) field.close();
  }
}

/** @param {string | number | (string | number)[] | null} who */
function formWho(who) {
  return who === null ? "" : [who].flat().map(comboWord).join(", ");
}

/** @param {string} label @param {HTMLElement} field @param {string} [look] */
function formField(label, field, look = "") {
  // The field says itself what it is, so that the offers are not read as a part of its label.
  return html("div", { class: `sio-form-field ${look}` }, html("span", { class: "sio-form-label", "aria-hidden": "true" }, label), field);
}
