// Drives socket.io-client for tests/behaviour/node_client.py.
// In: one JSON command a line, {"do": ..., ...}. Out: one JSON list a line: [key, ...], where key is a client's
// number ([client, namespace, event, ...args]), an ack's ([ack, ...values]), or 0 for a command's result (at first
// for the start).
// Bytes are {"$bytes": base64} both ways.
import { createInterface } from "node:readline";
import { Manager } from "socket.io-client";

const clients = new Map();

function toJson(value) {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(toJson);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}

function fromJson(value) {
  if (Array.isArray(value)) return value.map(fromJson);
  if (value === null || typeof value !== "object") return value;
  if ("$bytes" in value) return Buffer.from(value.$bytes, "base64");
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJson(item)]));
}

const tell = (key, ...details) => process.stdout.write(JSON.stringify([key, ...details.map(toJson)]) + "\n");

function listen(key, socket, answers) {
  const arrived = (event, ...args) => tell(key, socket.nsp, event, ...args);
  socket.on("connect", () => arrived("connect", socket.id));
  socket.on("disconnect", (reason) => arrived("disconnect", reason));
  socket.on("connect_error", ({ message, data }) => {
    arrived("connect_error", data === undefined ? { message } : { message, data });
  });
  socket.onAny((event, ...args) => {
    const ack = typeof args.at(-1) === "function" ? args.pop() : () => {};
    arrived(event, ...args);
    ack(...(answers.get(event) ?? []));
  });
}

const commands = {
  connect({ client, url, namespaces, auth, headers, transports, path }) {
    const manager = new Manager(url, { transports, path, extraHeaders: headers, reconnection: false });
    const upgraded = new Promise((resolve) => manager.engine.once("upgrade", () => resolve(true)));
    const answers = new Map();
    const sockets = new Map(namespaces.map((name) => [name, manager.socket(name, { auth })]));
    sockets.forEach((socket) => listen(client, socket, answers));
    clients.set(client, { manager, sockets, answers, upgraded });
  },
  emit({ client, namespace, event, args, ack }) {
    const acks = ack === null ? [] : [(...values) => tell(ack, ...values)];
    clients.get(client).sockets.get(namespace).emit(event, ...args, ...acks);
  },
  answer: ({ client, event, values }) => clients.get(client).answers.set(event, values),
  transport: ({ client }) => clients.get(client).manager.engine.transport.name,
  upgraded: ({ client }) => clients.get(client).upgraded,
  disconnect: ({ client, namespace }) => clients.get(client).sockets.get(namespace).disconnect(),
  drop: ({ client }) => clients.get(client).manager.engine.transport.ws.terminate(),
  close({ client }) {
    const { manager, sockets } = clients.get(client);
    sockets.forEach((socket) => socket.disconnect());
    manager._close();
  },
};

tell(0, "started");
for await (const line of createInterface({ input: process.stdin })) {
  const command = fromJson(JSON.parse(line));
  const result = await commands[command.do](command);
  if (command.do !== "emit") tell(0, ["string", "boolean"].includes(typeof result) ? result : true);
}
process.exit();
