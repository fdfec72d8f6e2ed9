// The dashboard's head: whether the server runs and where, what starts and stops it, and a minute of its life.

import { copyText } from "./clipboard.js";
import { button, html, isolated, svg } from "./dom.js";
import { search } from "./finder.js";
import { counted, plural } from "./format.js";
import { sparkline } from "./sparkline.js";

/**
 * @typedef {object} ServerState
 * @property {boolean} running
 * @property {string | null} url
 * @property {Record<string, number>} counts
 * @property {{events: number[], clients: number[]}} rates
 * @property {string[]} busy
 * @property {number} more_busy
 * @property {string[]} notes
 */

/** @type {Record<string, string>} */
const STATUS_PENDING = { start: "Starting…", stop: "Stopping…", restart: "Restarting…" };

export class StatusBar {
  /**
   * @param {import("./link.js").Link} link
   * @param {string | null} [capture] what is shown, where it is a capture: no server, which could be started
   */
  constructor(link, capture = null) {
    this.link = link;
    this.capture = capture;
    this.running = false;
    this.pending = "";
    this.address = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.where = html("div", { class: "sio-dash-where", role: "status" });
    this.events = new StatusRate("events/s", "events a second");
    this.clients = new StatusRate("clients", "clients");
    this.kept = html("span", { class: "sio-hint" });
    this.power = button("Start", () => this.act(this.running ? "stop" : "start"), { class: "sio-dash-power" });
    this.again = button("Restart", () => this.act("restart"));
    const buttons = html("div", { class: "sio-dash-buttons", role: "group", "aria-label": "the server" }, this.power, this.again);
    const rates = html("div", { class: "sio-dash-rates" }, this.events.element, this.clients.element, this.kept);
    this.head = html("header", { class: "sio-dash-status" }, this.where, rates, ...(capture === null ? [buttons] : []));
    this.notes = html("ul", { class: "sio-dash-notes", hidden: true });
    this.told = html("div", { class: "sio-dash-told", role: "status" });
    this.element = html("div", { class: "sio-dash-status-bar" }, this.head, this.notes, this.told);
  }

  /** @param {ServerState} state */
  update(state) {
    this.running = state.running;
    this.showAddress(state);
    this.showButtons();
    this.events.update(state.rates.events);
    this.clients.update(state.rates.clients, state.counts.clients);
    this.kept.textContent = statusKept(state);
    this.kept.title = statusBusy(state);
    this.notes.hidden = state.notes.length === 0;
    this.notes.replaceChildren(...state.notes.map((note) => html("li", {}, isolated(note))));
  }

  /** @param {ServerState} state */
  showAddress(state) {
    const address = state.running ? (state.url ?? "") : "stopped";
    if (address === this.address) return;
    this.address = address;
    clearTimeout(this.timer);
    const dot = html("span", { class: `sio-dash-dot ${state.running ? "sio-dash-on" : ""}`, "aria-hidden": "true" });
    const said = html("span", { class: "sio-dash-said" }, state.running ? "Running at" : "Stopped");
    if (this.capture !== null) return this.where.replaceChildren(isolated(this.capture));
    this.where.replaceChildren(dot, said, ...(state.running ? this.addressLink(address) : [statusHow()]));
  }

  /**
   * The address, which leads nowhere until it has been tried from here: the kernel may be on another machine.
   *
   * @param {string} url
   */
  addressLink(url) {
    const told = { type: "button", class: "sio-dash-icon", title: "Copy the address", "aria-label": "Copy the address" };
    const copy = html("button", told, statusCopyIcon());
    const address = html("a", { class: "sio-link sio-dash-address", target: "_blank", rel: "noopener noreferrer" }, url);
    copy.addEventListener("click", () => this.copy(address.textContent ?? url, copy));
    this.findAddress(address);
    return [address, copy];
  }

  /** @param {HTMLElement} address */
  async findAddress(address) {
    try {
      const { pointed, found } = await search(this.link, "/", false);
      if (!pointed.running) return;
      address.textContent = found?.address.replace(/\/$/, "") ?? `port ${pointed.port}`;
      // Where it shares Jupyter's origin, the lab's own page is what is safe.
      if (found) address.setAttribute("href", found.shared ? `${found.address}_lab/` : found.address);
      else address.title = "This browser can't reach it: %sio open says what would help";
    } catch {
      // The kernel doesn't answer: what is written there is what it told last.
    }
  }

  /** @param {string} text @param {HTMLElement} icon */
  async copy(text, icon) {
    const hasCopied = await copyText(text, this.where);
    clearTimeout(this.timer);
    icon.replaceChildren(html("span", { role: "status" }, hasCopied ? "copied" : "select it and press Ctrl+C"));
    this.timer = setTimeout(() => icon.replaceChildren(statusCopyIcon()), 1500);
  }

  showButtons() {
    this.power.hidden = !this.link.can("start");
    this.again.hidden = !this.link.can("restart");
    const rest = this.running ? "Stop" : "Start";
    this.power.textContent = this.pending === "start" || this.pending === "stop" ? STATUS_PENDING[this.pending] : rest;
    this.power.classList.toggle("sio-primary", !this.running);
    this.again.textContent = this.pending === "restart" ? STATUS_PENDING.restart : "Restart";
    // Not `disabled`, which would take the focus away.
    this.power.setAttribute("aria-disabled", String(this.pending !== ""));
    this.again.setAttribute("aria-disabled", String(this.pending !== "" || !this.running));
  }

  /** @param {"start" | "stop" | "restart"} what */
  act(what) {
    if (this.pending || (what === "restart" && !this.running)) return;
    this.pending = what;
    this.showButtons();
    this.told.replaceChildren();
    const asked = this.link.ask(what);
    const done = () => {
      this.pending = "";
      this.showButtons();
    };
    asked.then((told) => this.tell("", told?.text ?? ""), (error) => this.tell("sio-problem", error.message)).finally(done);
  }

  /** @param {string} look @param {string} text */
  tell(look, text) {
    const close = button("Dismiss", () => this.told.replaceChildren(), { class: "sio-dash-quiet" });
    const said = html("span", {}, look ? "✕ " : "", isolated(text));
    this.told.replaceChildren(...(text ? [html("div", { class: `sio-dash-told-text ${look}` }, said, close)] : []));
  }

  close() {
    clearTimeout(this.timer);
  }
}

class StatusRate {
  /** @param {string} label @param {string} spoken */
  constructor(label, spoken) {
    this.now = html("span", { class: "sio-dash-rate-now" }, "0");
    this.line = sparkline([], { label: spoken });
    this.element = html("div", { class: "sio-dash-rate" }, this.line.element, html("span", { class: "sio-dash-rate-label" }, this.now, ` ${label}`));
  }

  /** @param {number[]} values @param {number} [now] */
  update(values, now = values.at(-1) ?? 0) {
    this.now.textContent = counted(now);
    this.line.update(values);
  }
}

/** @param {ServerState} state */
function statusKept({ counts, busy, more_busy }) {
  const running = busy.length + more_busy;
  const told = [plural(counts.records, "record")];
  if (counts.dropped) told.push(`${counted(counts.dropped)} dropped`);
  if (running) told.push(`${counted(running)} running`);
  return told.join(" · ");
}

/** @param {ServerState} state */
function statusBusy({ busy, more_busy }) {
  const more = more_busy ? ` and ${more_busy} more` : "";
  return busy.length ? `Running now: ${busy.join(", ")}${more}` : "";
}

function statusHow() {
  return html("span", { class: "sio-hint" }, "clients can't connect until it is started");
}

function statusCopyIcon() {
  const sheet = { width: 8, height: 9, rx: 1.5 };
  return svg("svg", { viewBox: "0 0 16 16", width: 14, height: 14, class: "sio-dash-copy", "aria-hidden": "true" },
    svg("path", { d: "M10 3.5V3a1.5 1.5 0 0 0-1.5-1.5h-5A1.5 1.5 0 0 0 2 3v6a1.5 1.5 0 0 0 1.5 1.5H4" }),
    svg("rect", { x: 5.5, y: 5, ...sheet }));
}
