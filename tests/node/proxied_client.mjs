// One client for tests/proofs/test_proxied_clients.py: connects, emits with an ack, sends bytes, and says what came.
// In: JSON as the one argument, {url, path, transports, headers}. Out: JSON {transport, said, ack, bytes}.
import { io } from "socket.io-client";

const { url, path, transports, headers } = JSON.parse(process.argv[2]);
const more = transports ? { transports } : {};
const socket = io(url, { path, extraHeaders: headers, rejectUnauthorized: false, reconnection: false, ...more });
const upgraded = new Promise((resolve) => socket.io.engine.once("upgrade", resolve));

function fail(error) {
  process.stderr.write(`${error.message} ${error.description?.message ?? ""}\n`);
  process.exit(1);
}

socket.on("connect_error", fail);
await new Promise((resolve) => socket.once("connect", resolve));
if (!transports) await upgraded;
const said = new Promise((resolve) => socket.once("said", resolve));
const ack = await socket.emitWithAck("say", "hello");
const bytes = await socket.emitWithAck("reverse", Buffer.from([1, 2, 255]));
const transport = socket.io.engine.transport.name;
process.stdout.write(JSON.stringify({ transport, said: await said, ack, bytes: [...bytes] }));
socket.disconnect();
