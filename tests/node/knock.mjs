// Knocks at a server with a client of some version of Socket.IO, for tests/server/old_clients.py: node knock.mjs
// MODULE URL OPTIONS, options as JSON. Each thing that the client sees is told as a line of JSON; a line on stdin ends it.
import { createRequire } from "node:module";

const [name, url, options] = process.argv.slice(2);
const io = createRequire(import.meta.url)(name);
const socket = (io.io ?? io)(url, { reconnectionDelay: 10, reconnectionDelayMax: 20, ...JSON.parse(options) });
const tell = (what, detail) => process.stdout.write(`${JSON.stringify([what, String(detail ?? "")])}\n`);

socket.on("connect", () => tell("connect", socket.id));
socket.on("connect_error", (error) => tell("connect_error", error.message ?? error));
process.stdin.once("data", () => process.exit(0));
