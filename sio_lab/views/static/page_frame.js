// A page of the server in a frame, with a thin bar above it: what it is, where it was found and how, a link, reload.

import { button, html, isolated, svg } from "./dom.js";
import { pageAddress, search } from "./finder.js";
import { frameEdge } from "./frame_edge.js";
import { frameCard, frameConsent, frameMissing, frameStopped } from "./frame_words.js";

/** @typedef {Awaited<ReturnType<typeof search>>} Found */

const FRAME_HEIGHT = 480;
// All that pages need, but for leading the notebook itself elsewhere.
const FRAME_MAY = "allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups allow-popups-to-escape-sandbox";

class PageFrame {
  /** @param {HTMLElement} root @param {import("./link.js").Link} link @param {string} feed */
  constructor(root, link, feed) {
    this.link = link;
    const options = link.model.get("shown").options;
    /** @type {string} */
    this.path = options.path;
    /** @type {string} */
    this.title = options.title;
    /** Which search is the newest: an older one that ends late changes nothing. */
    this.turn = 0;
    this.isGone = false;
    /** @type {string | null | undefined} where the server was said to be, by the kernel */
    this.url = undefined;
    this.where = html("span", { class: "sio-open-where" });
    this.reload = button("Reload", () => this.find(), { class: "sio-open-reload" });
    const bar = html("div", { class: "sio-open-bar" }, html("span", { class: "sio-title" }, isolated(this.title)), this.where, this.reload);
    this.place = html("div", { class: "sio-open-place" });
    this.root = html("div", { class: "sio-open", role: "region", "aria-label": this.title }, bar, this.place, frameEdge(this.place, FRAME_HEIGHT));
    root.append(this.root);
    this.leave = link.follow(feed, { state: (state) => this.heard(state), patch: (patch) => this.heard(patch) });
  }

  /** @param {{url: string | null}} told */
  heard({ url }) {
    const isNews = url !== this.url;
    this.url = url;
    if (isNews) this.find();
  }

  async find() {
    if (this.isGone) return;
    this.turn += 1;
    const turn = this.turn;
    if (this.place.childElementCount === 0) this.say(frameCard("Looking for the server…", []));
    try {
      const found = await search(this.link, this.path);
      if (turn === this.turn) this.tell(found);
    } catch (error) {
      if (turn === this.turn) this.say(frameCard("This can't be shown", [[/** @type {Error} */ (error).message]]));
    }
  }

  /** @param {Found} search */
  tell(search) {
    const { pointed, found } = search;
    const again = () => this.find();
    if (!pointed.running) this.say(frameStopped(again));
    else if (found === null) this.say(frameMissing(search, again));
    else if (found.shared && !pointed.own && !pointed.allowed) this.say(frameConsent(pointed.path, () => this.agree(search)));
    else this.show(search);
  }

  /** @param {Found} search */
  async agree(search) {
    try {
      await this.link.ask("allow");
      this.show(search);
    } catch (error) {
      this.say(frameCard("This can't be shown", [[/** @type {Error} */ (error).message]]));
    }
  }

  /** @param {Found} search */
  show({ pointed, found }) {
    if (found === null) return;
    const { address, shown } = pageAddress(found, pointed);
    // A frame of its own each time: one that is led to where it is, but for what follows a #, loads nothing anew. And
    // Jupyter's address, in which its token may stand, is none of the page's business.
    const given = { src: address, title: this.title, sandbox: FRAME_MAY, allow: "clipboard-write", referrerpolicy: "no-referrer" };
    this.place.replaceChildren(html("iframe", given));
    const spoken = html("span", { class: "sio-spoken" }, " in a new tab");
    const link = html("a", { class: "sio-link sio-open-address", href: address, target: "_blank", rel: "noopener noreferrer", title: `Open ${shown} in a new tab` }, html("bdi", {}, shown), openIcon(), spoken);
    this.where.replaceChildren(link, html("span", { class: "sio-chip sio-open-how" }, found.how));
    this.link.ask("shown_at", { address: shown, how: found.how }).catch(() => {});
  }

  /** @param {Node} card */
  say(card) {
    this.where.replaceChildren();
    this.place.replaceChildren(card);
  }

  /** The kernel is gone, and the server with it: what would be loaded now is the browser's own page of errors. */
  gone() {
    this.isGone = true;
    this.turn += 1;
    this.root.hidden = true;
    this.say(html("span"));
  }

  back() {
    if (!this.isGone) return;
    this.isGone = false;
    this.root.hidden = false;
    this.find();
  }

  close() {
    this.turn += 1;
    this.leave();
    this.root.remove();
  }
}

function openIcon() {
  return svg("svg", { viewBox: "0 0 16 16", width: 12, height: 12, class: "sio-open-icon", "aria-hidden": "true" },
    svg("path", { d: "M9.5 2.5h4v4M13.2 2.8 7.5 8.5M6.5 3.5H4A1.5 1.5 0 0 0 2.5 5v7A1.5 1.5 0 0 0 4 13.5h7a1.5 1.5 0 0 0 1.5-1.5V9.5" }));
}

/**
 * Show a page of the server.
 *
 * @param {HTMLElement} root
 * @param {import("./link.js").Link} link
 * @param {string} feed tells whether the server runs, and where
 */
export function mountFrame(root, link, feed) {
  return new PageFrame(root, link, feed);
}
