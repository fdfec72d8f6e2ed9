// Node's own Socket.IO server, for tests/benchmarks: answers the same events as the others there.
// Out: one line of JSON when it listens. It ends with stdin.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Server } from "socket.io";

const { version } = createRequire(import.meta.url)("socket.io/package.json");
const http = createServer();
const io = new Server(http);

io.on("connection", (socket) => {
  socket.on("echo", (value, acknowledge) => acknowledge(value));
  socket.on("broadcast", (count, value) => {
    for (let sent = 0; sent < count; sent += 1) io.emit("news", value);
  });
  socket.on("clients", (acknowledge) => acknowledge(io.sockets.sockets.size));
  socket.on("two", (value) => {
    socket.emit("first", value);
    socket.emit("second", value);
  });
});

process.stdin.on("end", () => process.exit()).resume();
http.listen(0, "127.0.0.1", () => {
  const about = `socket.io ${version}, Node.js ${process.versions.node}`;
  console.log(JSON.stringify({ port: http.address().port, about }));
});
