// Socket.IO's packets as they are on the wire, read just as far as the log needs: no payload is parsed.

import { cut } from "./text.js";

const ENGINE = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const NAMES = ["CONNECT", "DISCONNECT", "EVENT", "ACK", "CONNECT_ERROR", "EVENT", "ACK"];
const KEPT = 16_384;
const SHOWN = 400;
const HEAD = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*),)?(\d+)?/;
const TEXT = /^\["((?:[^"\\]|\\.){0,1000})"(?:,([\s\S]*))?\]$/;

/**
 * One packet, as the log keeps it: bounded, whatever it carries.
 *
 * @typedef {object} Packet
 * @property {string} kind EVENT, ACK, CONNECT, …; `engine` for Engine.IO's own; `bytes` for an attachment
 * @property {string} namespace
 * @property {string} event the event's name, or what Engine.IO's packet is called
 * @property {string} args the arguments as they are on the wire, cut short
 * @property {number | null} ackId
 * @property {string} wire the wire text, cut at 16,384 characters
 * @property {number} size characters, or bytes
 */

/** Read what the engine tells. @param {{type: string, data?: any}} packet @returns {Packet} */
export function readPacket({ type, data }) {
  if (type !== "message") {
    const text = typeof data === "string" ? data : "";
    return packet({ kind: "engine", event: type, args: text, wire: `${Math.max(0, ENGINE.indexOf(type))}${text}` });
  }
  if (typeof data !== "string") {
    const size = data?.byteLength ?? data?.size ?? 0;
    return { ...packet({ kind: "bytes", event: "bytes", args: `attachment of ${size} bytes` }), size };
  }
  return readMessage(data);
}

/** @param {string} data @returns {Packet} */
function readMessage(data) {
  const head = HEAD.exec(data);
  if (!head) return packet({ kind: "engine", event: "message", args: data, wire: `4${data}` });
  const kind = NAMES[Number(head[1])];
  const rest = data.slice(head[0].length);
  const told = { kind, namespace: head[3] ?? "/", wire: `4${data}`, ackId: head[4] === undefined ? null : Number(head[4]) };
  if (kind !== "EVENT") return packet({ ...told, event: kind.toLowerCase().replace("_", " "), args: rest });
  const [event, args] = eventOf(rest);
  return packet({ ...told, event, args });
}

/** The event's name and its arguments' text, found without reading the payload. @param {string} rest */
function eventOf(rest) {
  const found = TEXT.exec(rest.length > 2 * KEPT ? `${rest.slice(0, 2 * KEPT)}]` : rest);
  if (!found) return ["?", rest];
  try {
    return [String(JSON.parse(`"${found[1]}"`)), found[2] ?? ""];
  } catch {
    return [found[1], found[2] ?? ""];
  }
}

/** @param {Partial<Packet> & {kind: string}} told @returns {Packet} */
function packet(told) {
  const { wire = "", args = "", event = "" } = told;
  const size = wire.length;
  const given = { namespace: "", ackId: null, ...told, event: event.slice(0, 200), args: args.slice(0, SHOWN) };
  return { ...given, wire: cut(wire, KEPT), size };
}
