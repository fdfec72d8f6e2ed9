// A raw WebSocket: opened, sent to, closed, and everything it tells put into the log.

import { closeWords } from "./close_codes.js";
import { choice, field, part, press, say } from "./dom.js";
import { bytesOf, hexOf } from "./hex.js";
import { counted, cut } from "./text.js";

const KEPT = 16_384;
const MOST_WAITING = 16 * 1024 * 1024;

/**
 * @param {import("./log.js").Log} log
 * @param {(path: string) => URL} placed throws an Error where the path leads elsewhere
 */
export function mountRawForm(log, placed) {
  /** @type {WebSocket | null} */
  let socket = null;

  /** @param {"in" | "out" | "-"} direction @param {string} event @param {string | ArrayBuffer} data */
  const note = (direction, event, data) => {
    const isText = typeof data === "string";
    const told = isText ? cut(data, KEPT) : hexOf(new Uint8Array(data));
    const size = event === "text" || event === "bytes" ? (isText ? data.length : data.byteLength) : 0;
    log.add({ direction, kind: isText ? "ws" : "ws bytes", event: `ws ${event}`, args: told.slice(0, 400), wire: size ? told : "", size });
  };

  const buttons = () => {
    press("raw-open").disabled = Boolean(socket);
    press("raw-close").disabled = !socket;
    press("raw-send").disabled = socket?.readyState !== 1;
  };

  const open = () => {
    try {
      socket = new WebSocket(placed(field("raw-path").value.trim()));
    } catch (error) {
      return say(part("raw-state"), error instanceof Error ? error.message.slice(0, 200) : String(error), "bad");
    }
    socket.binaryType = "arraybuffer";
    say(part("raw-state"), "Opening…");
    watch(socket);
    buttons();
  };

  /** @param {WebSocket} opened */
  const watch = (opened) => {
    opened.addEventListener("open", () => {
      const told = [opened.protocol && `protocol ${opened.protocol}`, opened.extensions && `extensions ${opened.extensions}`];
      note("-", "open", told.filter(Boolean).join(", ").slice(0, 300));
      say(part("raw-state"), "Open.", "good");
      buttons();
    });
    opened.addEventListener("message", ({ data }) => note("in", typeof data === "string" ? "text" : "bytes", data));
    opened.addEventListener("error", () => note("-", "error", "the browser tells no more; the close event that follows has a code"));
    opened.addEventListener("close", (event) => {
      socket = null;
      note("-", `close ${event.code}`, closeWords(event));
      say(part("raw-state"), closeWords(event), event.wasClean ? "" : "bad");
      buttons();
    });
  };

  const send = () => {
    const text = /** @type {HTMLTextAreaElement} */ (part("raw-text")).value;
    if (socket?.readyState !== 1) return say(part("raw-problem"), "Not open: nothing was sent.");
    if (socket.bufferedAmount > MOST_WAITING) return say(part("raw-problem"), `${counted(socket.bufferedAmount, "byte")} wait to be sent: the server takes nothing in.`);
    try {
      const data = choice("raw-kind").value === "text" ? text : bytesOf(text).buffer;
      socket.send(data);
      note("out", typeof data === "string" ? "text" : "bytes", data);
      say(part("raw-problem"), "");
    } catch (error) {
      say(part("raw-problem"), error instanceof Error ? error.message : String(error));
    }
  };

  part("raw-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!socket) open();
  });
  part("raw-send-form").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  part("raw-text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  press("raw-close").addEventListener("click", () => socket?.close(1000));
  buttons();
}
