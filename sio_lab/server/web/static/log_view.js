// The log on the page: newest last, drawn once a frame, never scrolled away under a reader.

import { copyText } from "./copy.js";
import { field, part, press } from "./dom.js";
import { isWanted, lineOf, Log, MOST_ROWS } from "./log.js";
import { drawRow } from "./log_row.js";
import { clock, counted } from "./text.js";

const NEAR_END = 40;
const MOST_COPIED = 1_000_000;

/** @returns {Log} */
export function mountLog() {
  const view = new LogView();
  return view.log;
}

/** @param {number} shown @param {number} all */
const countText = (shown, all) => (shown === all ? counted(all, "row") : `${shown.toLocaleString("en")} of ${counted(all, "row")}`);

class LogView {
  constructor() {
    this.log = new Log(() => this.later());
    this.list = part("log-rows");
    this.drawn = 0;
    this.unread = 0;
    this.isPaused = false;
    this.isDue = false;
    field("log-filter").addEventListener("input", () => this.redraw());
    field("log-packets").addEventListener("change", () => this.redraw());
    press("log-pause").addEventListener("click", () => this.pause());
    press("log-clear").addEventListener("click", () => this.clear());
    press("log-copy").addEventListener("click", () => this.copy());
    press("log-newer").addEventListener("click", () => this.toEnd());
    this.list.addEventListener("scroll", () => this.isAtEnd() && this.read());
  }

  get filter() {
    return { text: field("log-filter").value.trim().toLowerCase(), packets: field("log-packets").checked };
  }

  later() {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.draw();
    });
  }

  draw() {
    const isAtEnd = this.isAtEnd();
    this.log.trim();
    if (!this.isPaused) this.append(isAtEnd);
    this.tell();
  }

  /** @param {boolean} isAtEnd */
  append(isAtEnd) {
    const { filter } = this;
    const fresh = this.log.rows.filter((row) => row.number > this.drawn && isWanted(row, filter));
    this.drawn = this.log.count;
    this.list.append(...fresh.map(drawRow));
    while (this.list.childElementCount > MOST_ROWS) this.list.firstElementChild?.remove();
    if (isAtEnd) this.toEnd();
    else this.unread += fresh.length;
  }

  tell() {
    const { rows, dropped } = this.log;
    const waiting = this.isPaused ? this.log.rows.filter((row) => row.number > this.drawn).length : 0;
    const parts = [countText(this.list.childElementCount, rows.length), dropped ? `${counted(dropped, "older one")} dropped` : "", waiting ? `${waiting} waiting` : ""];
    part("log-count").textContent = parts.filter(Boolean).join(", ");
    part("log-empty").hidden = this.list.childElementCount > 0;
    part("log-empty").textContent = rows.length ? "No row is shown by this filter." : "Nothing yet. Connect, and everything that goes in and out stands here.";
    press("log-newer").hidden = !this.unread;
    press("log-newer").textContent = `${counted(this.unread, "new row")} ↓`;
  }

  redraw() {
    this.list.replaceChildren();
    this.drawn = 0;
    this.append(true);
    this.tell();
  }

  pause() {
    this.isPaused = !this.isPaused;
    press("log-pause").setAttribute("aria-pressed", String(this.isPaused));
    press("log-pause").textContent = this.isPaused ? "Resume" : "Pause";
    this.draw();
  }

  clear() {
    this.list.replaceChildren();
    this.read();
    this.log.clear();
  }

  async copy() {
    const { filter } = this;
    let text = "";
    for (const row of this.log.rows.filter((each) => isWanted(each, filter))) {
      if (text.length < MOST_COPIED) text += `${lineOf(row, clock)}\n`;
    }
    press("log-copy").textContent = (await copyText(text)) ? "Copied" : "Can't copy here";
    setTimeout(() => (press("log-copy").textContent = "Copy"), 1500);
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.read();
  }

  read() {
    this.unread = 0;
    press("log-newer").hidden = true;
  }
}
