// The card of a class, for a projector: link, code and QR; who is in; below it what the teacher can do.

import { ClassControls } from "./class_controls.js";
import { ClassStudents } from "./class_students.js";
import { button, html } from "./dom.js";
import { qrPicture } from "./qr.js";

/**
 * @typedef {{open: boolean, invitation: number, links: string[], paused: boolean, locked: boolean,
 *   rate: number | null, count: number, students: [string, string, string][], more: number}} ClassTold
 * @typedef {{link: string, others: string[], code: string, size: number, path: string}} Invitation
 */

/**
 * Show the class in `root`; returns what takes it away.
 *
 * @param {HTMLElement} root
 * @param {import("./link.js").Link} link
 * @param {string} feed
 * @returns {() => void}
 */
export function mountClass(root, link, feed) {
  const card = new ClassCard(link);
  root.append(card.element);
  const leave = link.follow(feed, {
    state: (state) => card.update(state),
    patch: (patch) => card.update({ ...card.told, ...patch }),
  });
  return () => {
    leave();
    card.close();
    card.element.remove();
  };
}

export class ClassCard {
  /** @param {import("./link.js").Link} link */
  constructor(link) {
    this.link = link;
    /** @type {ClassTold | null} */
    this.told = null;
    /** The number of the invitation that is shown, or asked for. @type {number | null} */
    this.invited = null;
    this.isClosed = false;
    this.address = html("p", { class: "sio-class-link" });
    this.others = html("p", { class: "sio-class-others", hidden: true });
    this.picture = html("div", { class: "sio-class-qr" });
    this.code = html("p", { class: "sio-class-code" });
    this.count = html("p", { class: "sio-class-count", role: "status" });
    this.state = html("p", { class: "sio-class-state", role: "status", hidden: true });
    this.problem = html("p", { class: "sio-problem", role: "alert", hidden: true });
    this.students = new ClassStudents((what, given) => this.controls.act(what, given));
    this.controls = new ClassControls(link);
    this.ended = html("p", { class: "sio-class-ended", hidden: true }, "The class has ended. ", html("code", {}, "%sio start --join"), " begins another, with a new code.");
    this.stage = this.build();
    this.element = html("section", { class: "sio-class", "aria-label": "the class" }, this.ended, this.stage, this.controls.element);
  }

  /** What is projected. */
  build() {
    const wide = button("Full screen", () => this.widen(), { class: "sio-class-wide" });
    wide.hidden = !this.canWiden();
    const how = html("p", { class: "sio-class-how" }, "Scan the picture, or open", wide);
    const asked = html("p", { class: "sio-class-label" }, "and type the code");
    const side = html("div", { class: "sio-class-side" }, asked, this.code, this.count, this.state, this.students.element);
    const middle = html("div", { class: "sio-class-middle" }, this.picture, side);
    return html("div", { class: "sio-class-stage" }, how, this.address, this.others, this.problem, middle);
  }

  canWiden() {
    return typeof HTMLElement.prototype.requestFullscreen === "function" && document.fullscreenEnabled !== false;
  }

  widen() {
    if (document.fullscreenElement === this.stage) document.exitFullscreen();
    else this.stage.requestFullscreen().catch(() => {});
  }

  /** @param {ClassTold} told */
  update(told) {
    this.told = told;
    this.ended.hidden = told.open;
    this.stage.hidden = !told.open;
    this.controls.element.hidden = !told.open;
    if (!told.open) return this.forget();
    if (told.invitation !== this.invited) this.invite(told.invitation);
    const said = `${told.count} student${told.count === 1 ? "" : "s"} in`;
    if (this.count.textContent !== said) this.count.textContent = said;
    this.showState(told);
    this.students.update(told.students, told.more);
    this.controls.update(told);
  }

  /** @param {ClassTold} told */
  showState(told) {
    const states = [told.paused && "Paused: what you send is refused for now.", told.locked && "Locked: nobody else comes in."];
    this.state.textContent = states.filter(Boolean).join(" ");
    this.state.hidden = !this.state.textContent;
  }

  /** Nothing of an invitation that no longer holds stays on the page. */
  forget() {
    this.invited = null;
    for (const each of [this.address, this.code, this.picture, this.others]) each.replaceChildren();
    if (document.fullscreenElement === this.stage) document.exitFullscreen();
  }

  /**
   * Ask for link, code and QR: they are in nothing that a front end may save with the notebook.
   *
   * @param {number} number
   */
  async invite(number) {
    this.invited = number;
    try {
      const told = await this.link.ask("invitation");
      if (this.invited === number && !this.isClosed) this.show(told);
    } catch (error) {
      // The next thing that is told of the class asks again.
      if (this.invited === number) this.invited = null;
      this.problem.textContent = `✕ ${error instanceof Error ? error.message : error}`;
      this.problem.hidden = false;
    }
  }

  /** @param {Invitation} invitation */
  show(invitation) {
    this.problem.hidden = true;
    this.address.replaceChildren(...classAddress(invitation.link));
    this.address.style.setProperty("--sio-letters", String(Math.max(invitation.link.length, 20)));
    this.code.textContent = invitation.code;
    this.code.style.setProperty("--sio-letters", String(Math.max(invitation.code.length, 8)));
    this.picture.replaceChildren(qrPicture(invitation.size, invitation.path, `QR code of ${invitation.link}`));
    this.others.hidden = invitation.others.length === 0;
    this.others.textContent = `If that address does not open, try ${invitation.others.join(" or ")}`;
  }

  close() {
    this.isClosed = true;
    this.forget();
  }
}

/** The address, what is typed of it in bold: browsers put http:// before it. @param {string} link */
function classAddress(link) {
  const [, scheme = "", rest = link] = /^(https?:\/\/)(.*?)\/?$/.exec(link) ?? [];
  return [html("span", { class: "sio-class-scheme" }, scheme), html("strong", {}, rest)];
}
