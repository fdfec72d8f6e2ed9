// The codes that WebSockets close with (RFC 6455, section 7.4), in plain words.

/** @type {Record<number, string>} */
const CODES = {
  1000: "closed as agreed: all is said",
  1001: "the other side goes away: a server stops, or a page is left",
  1002: "the other side saw a breach of the WebSocket protocol",
  1003: "the other side can't take this kind of data",
  1005: "closed without a code; through Jupyter's proxy none comes from the server: lab.traffic in the notebook has it",
  1006: "cut off without a close frame: the server is gone or refused the WebSocket, or something on the way cut it",
  1007: "a text was not valid UTF-8",
  1008: "the other side's rules forbid it",
  1009: "a frame was too big",
  1010: "the server lacks an extension that this client needs",
  1011: "the server met an error: look at the handler's traceback",
  1012: "the server restarts",
  1013: "the server is too busy: try again later",
  1015: "TLS could not be set up",
};

/** @param {{code: number, reason: string, wasClean: boolean}} event */
export function closeWords({ code, reason, wasClean }) {
  const own = code >= 4000 ? "a code of the app's own" : code >= 3000 ? "a code of a library" : "a code without a meaning";
  const said = reason ? `, reason ${JSON.stringify(reason.slice(0, 200))}` : "";
  return `Closed with code ${code}: ${CODES[code] ?? own}${said}. wasClean is ${wasClean}.`;
}
