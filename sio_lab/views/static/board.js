// The dashboard as a whole: its head, the tabs, and the emit form below. What stands behind the tabs is handed to it.

import { mountClassLine } from "./class_line.js";
import { html } from "./dom.js";
import { mountEmitForm } from "./emit_form.js";
import { counted } from "./format.js";
import { StatusBar } from "./status_bar.js";
import { Tabs } from "./tabs.js";

/** @typedef {(root: HTMLElement, link: import("./link.js").Link, feed: string) => () => void} MountFeed */

/** @type {Record<string, [one: string, several: string]>} */
const BOARD_COUNTED = {
  clients: ["client", "clients"],
  rooms: ["room", "rooms"],
  namespaces: ["namespace", "namespaces"],
  handlers: ["handler", "handlers"],
  tasks: ["task", "tasks"],
  errors: ["error", "errors"],
};

/**
 * Mount the dashboard of the feeds that the options name.
 *
 * @param {HTMLElement} root
 * @param {import("./link.js").Link} link
 * @param {(feed: string) => MountFeed} mountOf what shows a feed
 * @returns {() => void}
 */
export function mountDashboard(root, link, mountOf) {
  const options = link.model.get("shown").options;
  const bar = new StatusBar(link, options.capture ?? null);
  const board = html("div", { class: "sio-dashboard", role: "region", "aria-label": `${options.title} dashboard` }, bar.element);
  root.append(board);
  const unmountClass = options.class ? mountClassLine(board, link) : () => {};
  const tabs = boardTabs(board, link, options.feeds, mountOf);
  const unmountForm = options.emit ? mountEmitForm(board, link) : () => {};
  const unfollow = boardFollow(link, bar, tabs);
  return () => {
    unfollow();
    unmountForm();
    unmountClass();
    tabs?.clear();
    bar.close();
    board.remove();
  };
}

/**
 * @param {HTMLElement} board
 * @param {import("./link.js").Link} link
 * @param {Record<string, string>} titles
 * @param {(feed: string) => MountFeed} mountOf
 */
function boardTabs(board, link, titles, mountOf) {
  const names = Object.keys(titles);
  if (names.length === 0) return null;
  const tabs = names.map((name) => ({ name, title: titles[name], mount: boardMount(link, name, mountOf(name)) }));
  // A page that is loaded again opens where it was: only that feed is on.
  const chosen = names.find((name) => link.feeds.get(name)?.on) ?? names[0];
  return new Tabs(board, tabs, { chosen, label: "what to look at" });
}

/** @param {import("./link.js").Link} link @param {string} name @param {MountFeed} mount */
function boardMount(link, name, mount) {
  return (/** @type {HTMLElement} */ panel) => {
    // An element of its own, so that nothing of one tab is left over in the next.
    const place = html("div", { class: `sio-dash-pane sio-dash-pane-${name}` });
    panel.append(place);
    return mount(place, link, name);
  };
}

/** @param {import("./link.js").Link} link @param {StatusBar} bar @param {Tabs | null} tabs */
function boardFollow(link, bar, tabs) {
  /** @type {any} */
  let known = {};
  const show = () => {
    bar.update(known);
    if (tabs) for (const name of Object.keys(BOARD_COUNTED)) boardBadge(tabs, name, known.counts[name] ?? 0);
  };
  return link.follow("status", {
    state: (state) => {
      known = state;
      show();
    },
    patch: (patch) => {
      known = { ...known, ...patch };
      show();
    },
  });
}

/** @param {Tabs} tabs @param {string} name @param {number} count */
function boardBadge(tabs, name, count) {
  const word = BOARD_COUNTED[name][count === 1 ? 0 : 1];
  const text = count > 9999 ? `${Math.floor(count / 1000)}k` : counted(count);
  tabs.badge(name, count, { text, spoken: `, ${count} ${word}`, bad: name === "errors" });
}
