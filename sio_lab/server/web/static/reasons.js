// Why a client is not connected, in plain words: every reason that the 4.x client has.

/** @typedef {import("./refusal.js").Refusal} Refusal */

/** @type {Record<string, string>} */
const LOST = {
  "io server disconnect": "The server disconnected this client. It does not come back by itself: press Connect.",
  "io client disconnect": "You disconnected.",
  "ping timeout": "The server sent no ping for too long: it is gone, it hangs, or the network is down.",
  "transport close": "The connection was closed: the server stopped or restarted, or the network changed.",
  "transport error": "The connection broke: the server went away while a request or a WebSocket was under way.",
  "parse error": "The server sent a packet that can't be read, so this client closed the connection.",
  "forced close": "This client closed the connection.",
};

/**
 * Say why a connection ended.
 *
 * @param {string} reason of the `disconnect` event
 * @param {any} [details] what the event brings beside it
 */
export function whyLost(reason, details) {
  const code = details?.context?.code;
  const close = Number.isInteger(code) ? ` The WebSocket closed with code ${code}.` : "";
  return `${Object.hasOwn(LOST, reason) ? LOST[reason] : `Disconnected: ${reason}.`}${close}`;
}

/** @type {Record<string, string>} */
const FAILED = {
  timeout: "The server did not answer within 20 s. A proxy on the way may hold the WebSocket up: try Polling only.",
  "websocket error":
    "The WebSocket could not be opened: nobody listens, the server refused it, or something on the way (a proxy, a firewall) lets no WebSockets through. Browsers do not say which. Try Polling only.",
  "webtransport error": "WebTransport could not be opened.",
  "xhr poll error": "Nobody answers there: the server is not running, or the network is down.",
  "xhr post error": "What was sent got no answer: the server went away.",
  "server error": "The server refused the connection with an Engine.IO error.",
  "No transports available": "There is no transport left to try.",
};

const OLD_SERVER = "The server speaks Socket.IO 2.x, and this client 4.x: they don't understand each other.";

/** @type {Record<number, string>} */
const STATUS = {
  400: "The server refused the handshake",
  401: "You are not signed in where the notebook runs",
  403: "The server lets nobody in without permission",
  404: "There is no Socket.IO server at this path, or the notebook's server has gone",
  424: "The notebook's server is not running",
  500: "The server, or a proxy before it, failed",
  502: "The proxy reaches no server: it is not running",
  503: "The notebook's server is not running, or starting",
  504: "The proxy got no answer from the server",
};

/** @param {Refusal} refusal */
export function whyRefused({ status, text, kind }) {
  if (kind && text) return text;
  if (!status) return FAILED["xhr poll error"];
  const known = STATUS[status] ?? "The server answered with an error";
  return `${known} (HTTP ${status})${text ? `: ${text}` : ""}.`.replace(/\.\.$/, ".");
}

/**
 * Say why a connection could not be made by the transport.
 *
 * @param {unknown} error of a `connect_error` that is no refusal of a namespace
 * @param {Refusal} [refusal] where there was an HTTP answer
 */
export function whyFailed(error, refusal) {
  if (refusal?.status) return whyRefused(refusal);
  const said = error instanceof Error ? error.message : String(error);
  if (said.includes("v2.x")) return OLD_SERVER;
  return Object.hasOwn(FAILED, said) ? FAILED[said] : `Could not connect: ${said.slice(0, 300)}.`;
}

/**
 * Say why the server let this client not into a namespace.
 *
 * @param {string} namespace
 * @param {string} said the message of its CONNECT_ERROR
 */
export function whyNotLetIn(namespace, said) {
  const text = String(said).slice(0, 300);
  if (text === "Unable to connect") return `The server has no namespace ${namespace.slice(0, 100)}.`;
  return `The server refused: ${text || "it gave no reason"}`;
}
