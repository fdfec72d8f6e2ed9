// The line to the kernel: numbered patches of feeds come in, questions go out. One per model, shared by its views.

import { html } from "./dom.js";

/**
 * What anywidget gives a view of its model.
 *
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(message: any) => void} send
 * @property {(name: string, listener: (...given: any[]) => void) => void} on
 * @property {(name: string, listener: (...given: any[]) => void) => void} off
 */

/**
 * Who follows a feed: told its whole state first, and after a gap; then what changes, in order.
 *
 * @typedef {object} Follower
 * @property {(state: any) => void} state
 * @property {(patch: any) => void} patch
 * @property {(problem: string) => void} [problem] what was wanted of the feed can't be had
 */

const ANSWER_WITHIN = 3_000;

/** Events that a view's element is told: what the kernel served is gone, or was gone and is back. */
export const KERNEL_GONE = "sio-kernel-gone";
export const KERNEL_BACK = "sio-kernel-back";
const LINK_GONE = "The kernel behind this view is gone: what you see is the last it told. Run the cell again.";

/** @typedef {{number: number, state: any, on: boolean, asked: boolean, followers: Set<Follower>}} Feed */

export class Link {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {Map<string, Feed>} */
    this.feeds = new Map();
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
    this.asked = new Map();
    this.asks = 0;
    this.views = 0;
    // Another window may show the same model.
    this.page = Math.random().toString(36).slice(2);
    this.go = () => {
      removeEventListener("pagehide", this.go);
      model.send({ k: "gone", page: this.page });
    };
    const { asks, feeds } = model.get("shown");
    /** What may be asked. @type {Set<string> | null} */
    this.offered = asks ? new Set(asks) : null;
    for (const [name, told] of Object.entries(feeds)) {
      this.feeds.set(name, { number: told.number, state: told.state, on: told.on, asked: false, followers: new Set() });
    }
    this.hear = (/** @type {any} */ message) => this.heard(message);
    model.on("msg:custom", this.hear);
  }

  /** A view of the model is on this page; returns what to call when it has left. */
  enter() {
    this.views += 1;
    if (this.views === 1) this.come();
    return () => {
      this.views -= 1;
      if (this.views === 0) this.go();
    };
  }

  come() {
    this.model.send({ k: "here", page: this.page });
    // A page that is closed or loaded anew has no time for more.
    addEventListener("pagehide", this.go);
  }

  /**
   * Follow a feed; returns what ends that. A feed that nobody follows is not sent.
   *
   * @param {string} name
   * @param {Follower} follower
   */
  follow(name, follower) {
    const feed = this.feed(name);
    feed.followers.add(follower);
    if (feed.state !== null) follower.state(feed.state);
    else if (feed.on) this.sync(name);
    if (!feed.on) this.want(name, { on: true });
    feed.on = true;
    return () => {
      feed.followers.delete(follower);
      if (feed.followers.size === 0) this.rest(name);
    };
  }

  /** @param {string} name */
  rest(name) {
    const feed = this.feed(name);
    feed.on = false;
    feed.state = null;
    this.model.send({ k: "want", feed: name, on: false });
  }

  /**
   * Say what a feed shall hold from now on: `on`, `filter` and whatever else it knows; its state comes anew.
   *
   * @param {string} name
   * @param {Record<string, any>} wishes
   */
  want(name, wishes) {
    this.model.send({ k: "want", feed: name, ...wishes });
  }

  /** @param {string} what @returns {boolean} whether it may be asked: in a capture little can be done */
  can(what) {
    return this.offered === null || this.offered.has(what);
  }

  /**
   * Ask the kernel to tell, or to do, something; the promise is kept once it has, and broken with its reason.
   *
   * @param {string} what
   * @param {Record<string, any>} [given]
   * @returns {Promise<any>}
   */
  ask(what, given = {}) {
    this.asks += 1;
    const number = this.asks;
    return new Promise((resolve, reject) => {
      this.asked.set(number, { resolve, reject });
      this.model.send({ k: "ask", ask: number, what, given });
    });
  }

  /** @param {any} message */
  heard(message) {
    if (message.k === "patches") for (const each of message.patches) this.patched(each);
    else if (message.k === "state") this.told(message);
    else if (message.k === "problem") this.feed(message.feed).followers.forEach((one) => one.problem?.(message.problem));
    else if (message.k === "answer") this.answered(message);
  }

  /** @param {{feed: string, from: number, patch: any}} told */
  patched(told) {
    const feed = this.feed(told.feed);
    if (told.from !== feed.number) {
      this.sync(told.feed);
      return;
    }
    feed.number = told.from + 1;
    // What was told at first no longer holds; who comes later asks anew.
    feed.state = null;
    feed.followers.forEach((follower) => follower.patch(told.patch));
  }

  /** @param {{feed: string, number: number, state: any}} told */
  told(told) {
    const feed = this.feed(told.feed);
    feed.number = told.number;
    feed.asked = false;
    feed.state = told.state;
    feed.followers.forEach((follower) => follower.state(told.state));
  }

  /** @param {string} name */
  sync(name) {
    const feed = this.feed(name);
    if (!feed.asked) this.model.send({ k: "sync", feed: name });
    feed.asked = true;
  }

  /** @param {{ask: number, ok: boolean, value: any}} told */
  answered(told) {
    const asked = this.asked.get(told.ask);
    this.asked.delete(told.ask);
    if (told.ok) asked?.resolve(told.value);
    else asked?.reject(new Error(told.value));
  }

  /** @param {string} name @returns {Feed} */
  feed(name) {
    const feed = this.feeds.get(name);
    if (!feed) throw new Error(`this view has no feed ${name}`);
    return feed;
  }

  close() {
    this.model.off("msg:custom", this.hear);
  }
}

/**
 * What anywidget asks of a module: one link a model, and `mount` for each view of it, which returns its clean-up.
 *
 * @param {(root: HTMLElement, link: Link) => () => void} mount
 * @param {string} [gone] what is said once its kernel is gone
 */
export function widget(mount, gone = LINK_GONE) {
  return () => {
    /** @type {Link | null} */
    let link = null;
    return {
      /** @param {{model: Model}} given */
      initialize({ model }) {
        link = new Link(model);
        return () => link?.close();
      },
      /** @param {{model: Model, el: HTMLElement}} given */
      render({ model, el }) {
        const line = (link ??= new Link(model));
        el.classList.add("sio-lab", "sio-live");
        el.addEventListener("keydown", keepKeys);
        const unwatch = watchKernel(el, model, gone);
        const leave = line.enter();
        const unmount = mount(el, line);
        return () => {
          unmount();
          unwatch();
          leave();
          el.removeEventListener("keydown", keepKeys);
          el.replaceChildren();
        };
      },
    };
  };
}

/**
 * Keep keys to the view: JupyterLab would take the cell away at D D, leave it at arrows, and run it at Ctrl+Enter. Its
 * attribute against that, data-lm-suppress-shortcuts, is heeded on the focused element alone, and would keep Ctrl+S
 * from saving.
 *
 * @param {KeyboardEvent} event
 */
function keepKeys(event) {
  const isShortcut = event.ctrlKey || event.metaKey || event.altKey;
  if (!isShortcut || event.key === "Enter") event.stopPropagation();
}

/**
 * Say so where the kernel behind a view is gone: restarted, it can put nothing in the place of what it had displayed.
 *
 * @param {HTMLElement} el
 * @param {Model} model
 * @param {string} said
 * @returns {() => void} what ends the watch
 */
function watchKernel(el, model, said) {
  const note = html("p", { class: "sio-gone", role: "status" }, said);
  let timer = 0;
  const gone = () => {
    el.prepend(note);
    el.dispatchEvent(new CustomEvent(KERNEL_GONE));
  };
  const doubt = () => {
    clearTimeout(timer);
    timer = setTimeout(gone, ANSWER_WITHIN);
    ping(model);
  };
  const back = () => {
    clearTimeout(timer);
    if (note.isConnected) el.dispatchEvent(new CustomEvent(KERNEL_BACK));
    note.remove();
  };
  // ipywidgets' own event, which tells that something has changed between the page and the kernel, not what.
  model.on("comm_live_update", doubt);
  model.on("msg:custom", back);
  return () => {
    back();
    model.off("comm_live_update", doubt);
    model.off("msg:custom", back);
  };
}

/** @param {Model} model */
function ping(model) {
  try {
    model.send({ k: "ping" });
  } catch {
    // No kernel is there to send it to: nobody will answer.
  }
}
