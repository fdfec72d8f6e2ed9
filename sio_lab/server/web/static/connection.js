// The connection: one Socket.IO client in one namespace. It knows no page; it tells what happens.

import { readPacket } from "./packets.js";
import { whyFailed, whyLost, whyNotLetIn, whyRefused } from "./reasons.js";
import { isFinal, isForClass, refusalOf } from "./refusal.js";

/** @typedef {import("./refusal.js").Refusal} Refusal */
/** @typedef {"idle" | "connecting" | "connected" | "waiting" | "refused" | "failed" | "closed"} Phase */

/**
 * @typedef {object} State
 * @property {Phase} phase
 * @property {string} why in words; empty where there is nothing to say
 * @property {boolean} needsCode whether a class is in, which one has to join first
 * @property {string} transport `polling` or `websocket`, once there is one
 * @property {string} sid
 * @property {boolean} upgraded
 * @property {number} attempts to reconnect, since it was lost
 */

/**
 * @typedef {object} Wanted
 * @property {string} url
 * @property {string} path
 * @property {string} namespace
 * @property {string[]} transports
 * @property {Record<string, string>} query
 */

/**
 * @typedef {object} Listener
 * @property {(state: State) => void} state
 * @property {(direction: "in" | "out", packet: import("./packets.js").Packet) => void} packet
 * @property {(event: string, args: any[], answer: ((...values: any[]) => void) | null) => void} event
 * @property {() => Promise<Refusal | null>} [probe] asks the server why, where a WebSocket's error does not say
 */

const FIRST_TRIES = 5;
/** @type {State} */
const IDLE = { phase: "idle", why: "", needsCode: false, transport: "", sid: "", upgraded: false, attempts: 0 };

export class Connection {
  /** @param {any} io the official client @param {Listener} listener */
  constructor(io, listener) {
    this.io = io;
    this.listener = listener;
    this.state = IDLE;
    /** @type {any} */
    this.socket = null;
    this.wasIn = false;
    this.refusedWith = "";
  }

  get isConnected() {
    return Boolean(this.socket?.connected);
  }

  /** @param {Wanted} wanted */
  open({ url, path, namespace, transports, query }) {
    this.drop();
    this.wasIn = false;
    const manager = new this.io.Manager(url, { path, transports, query, autoConnect: false });
    this.watchEngines(manager);
    this.socket = manager.socket(namespace);
    this.watch(this.socket, manager);
    this.tell({ ...IDLE, phase: "connecting", transport: transports[0] });
    this.socket.connect();
  }

  close() {
    this.drop();
    this.tell({ ...IDLE, phase: "closed", why: whyLost("io client disconnect") });
  }

  /** Say that it was refused before it began. @param {Refusal} refusal */
  refuse(refusal) {
    this.drop();
    this.tell({ ...IDLE, phase: refusal.status ? "refused" : "failed", why: whyRefused(refusal), needsCode: isForClass(refusal) });
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.disconnect();
    socket.io.disconnect(); // ends attempts to reconnect, too, where no namespace is active
    socket.offAny();
    socket.off();
    socket.io.off();
  }

  /** @param {Partial<State>} change */
  tell(change) {
    this.state = { ...this.state, ...change };
    this.listener.state(this.state);
  }

  /** Each attempt has a new engine: watch it from its first packet on. @param {any} manager */
  watchEngines(manager) {
    const open = manager.open.bind(manager);
    // `connect` of the class calls `open`, and so does each attempt: on this instance alone.
    manager.open = (/** @type {any} */ done) => {
      const before = manager.engine;
      open(done);
      if (manager.engine !== before) this.watchEngine(manager.engine);
      return manager;
    };
  }

  /** @param {any} engine */
  watchEngine(engine) {
    const tell = (/** @type {"in" | "out"} */ direction) => (/** @type {any} */ packet) => {
      const read = readPacket(packet);
      // The server may send a mere text, of which the client makes an error without words.
      if (read.kind === "CONNECT_ERROR") this.refusedWith = read.args;
      this.listener.packet(direction, read);
    };
    engine.on("packet", tell("in"));
    engine.on("packetCreate", tell("out"));
    engine.on("handshake", () => this.tell({ transport: engine.transport.name, upgraded: false }));
    engine.on("upgrade", (/** @type {any} */ transport) => {
      this.tell({ transport: transport.name, upgraded: true });
      this.listener.packet("out", readPacket({ type: "upgrade" }));
    });
  }

  /** @param {any} socket @param {any} manager */
  watch(socket, manager) {
    socket.on("connect", () => {
      this.wasIn = true;
      this.tell({ phase: "connected", why: "", sid: socket.id, attempts: 0 });
    });
    socket.on("disconnect", (/** @type {string} */ reason, /** @type {any} */ details) => {
      const phase = socket.active ? "waiting" : "closed";
      this.tell({ phase, why: whyLost(reason, details), sid: "", upgraded: false });
    });
    socket.on("connect_error", (/** @type {any} */ error) => this.failed(error, socket, manager));
    manager.on("reconnect_attempt", (/** @type {number} */ attempts) => this.tell({ phase: "waiting", attempts }));
    socket.onAny((/** @type {string} */ event, /** @type {any[]} */ ...args) => {
      const answer = typeof args.at(-1) === "function" ? args.pop() : null;
      this.listener.event(event, args, answer);
    });
  }

  /** @param {any} error @param {any} socket @param {any} manager */
  failed(error, socket, manager) {
    if (!socket.active) {
      const said = error?.message || this.refusedWith.replace(/^"(.*)"$/, "$1");
      const told = error?.data?.code === undefined ? whyNotLetIn(socket.nsp, said) : String(said).slice(0, 300);
      this.tell({ phase: "refused", why: told, sid: "" });
      return;
    }
    // What the server answered is to be read now: the client aborts the request next.
    const status = Number(error?.description) || 0;
    const refusal = refusalOf(status, String(error?.context?.responseText ?? ""));
    if (isFinal(refusal)) return this.giveUp("refused", whyFailed(error, refusal), isForClass(refusal));
    const why = whyFailed(error, refusal);
    if (!this.wasIn && manager.backoff.attempts >= FIRST_TRIES) return this.giveUp("failed", why);
    this.tell({ phase: "waiting", why, sid: "" });
    if (!status) this.ask(socket);
  }

  /** @param {Phase} phase @param {string} why @param {boolean} [needsCode] */
  giveUp(phase, why, needsCode = false) {
    this.drop();
    this.tell({ phase, why, needsCode, sid: "", attempts: 0 });
  }

  /** A WebSocket's error has no words: ask over HTTP whether the server would have any. @param {any} socket */
  async ask(socket) {
    const refusal = (await this.listener.probe?.()) ?? null;
    if (refusal && isFinal(refusal) && this.socket === socket && !socket.connected) this.giveUp("refused", whyRefused(refusal), isForClass(refusal));
  }
}
