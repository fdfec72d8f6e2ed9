// An emit's arguments: each a line of JSON or of text, as many as are wanted.

import { make, say } from "./dom.js";

let made = 0;

/** One argument's fields. */
class Argument {
  /** @param {() => void} send @param {(argument: Argument) => void} remove @param {string} value */
  constructor(send, remove, value) {
    const note = `argument-problem-${(made += 1)}`;
    this.kind = make("select", { "aria-label": "Kind" }, make("option", { value: "json" }, "JSON"), make("option", { value: "text" }, "Text"));
    this.text = make("textarea", {
      ...{ rows: "2", "aria-label": "Argument", "aria-describedby": note, autocapitalize: "off", spellcheck: "false", enterkeyhint: "send" },
      oninput: () => this.complain(""),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        send();
      },
    });
    this.text.value = value;
    this.note = make("p", { class: "problem", id: note, hidden: true });
    const gone = make("button", { type: "button", class: "plain", "aria-label": "Remove this argument", onclick: () => remove(this) }, "Remove");
    this.root = make("div", { class: "argument" }, make("div", { class: "argument-bar" }, make("span", { class: "hint", "aria-hidden": "true" }, "Argument"), this.kind, gone), this.text, this.note);
  }

  /** @param {string} problem */
  complain(problem) {
    say(this.note, problem);
    this.text.setAttribute("aria-invalid", String(Boolean(problem)));
  }

  /** @returns {unknown[]} the value; none where nothing was typed. Throws a SyntaxError that it shows. */
  read() {
    if (this.kind.value === "text") return [this.text.value];
    if (!this.text.value.trim()) return [];
    try {
      return [JSON.parse(this.text.value)];
    } catch (error) {
      this.complain(`Not JSON: ${error instanceof Error ? error.message.slice(0, 200) : error}. To send it as it is, choose Text.`);
      this.text.focus();
      throw error;
    }
  }
}

export class Arguments {
  /** @param {HTMLElement} root @param {() => void} send what Enter does */
  constructor(root, send) {
    this.root = root;
    this.send = send;
    /** @type {Argument[]} */
    this.all = [];
  }

  add(value = "") {
    const argument = new Argument(this.send, (gone) => this.remove(gone), value);
    this.all.push(argument);
    this.root.append(argument.root);
    return argument;
  }

  /** @param {Argument} gone */
  remove(gone) {
    this.all = this.all.filter((each) => each !== gone);
    gone.root.remove();
    this.all.at(-1)?.text.focus();
  }

  /** @returns {unknown[] | null} the values in order; null where one can't be read, which then says so */
  read() {
    try {
      return this.all.flatMap((argument) => argument.read());
    } catch {
      return null;
    }
  }
}
