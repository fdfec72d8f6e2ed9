// Students with socket.io-client: what tests/proofs/students.py does, which says how it is run.

import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const LINES = 20;
const MILLISECONDS = 40_000;
const HEADER = "X-Sio-Lab-Pass";

class Student {
  constructor(url, code, name, room, cutBefore) {
    Object.assign(this, { url, code, name, room, cutBefore, stays: [], sent: [] });
    this.wait();
  }

  wait() {
    this.came = new Promise((resolve) => (this.arrive = resolve));
  }

  async join() {
    const body = JSON.stringify({ code: this.code, name: this.name });
    const answer = await fetch(`${this.url}/_lab/join`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const told = await answer.json();
    if (told.name !== this.name) throw new Error(`joined as ${JSON.stringify(told)}`);
    this.socket = io(this.url, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, extraHeaders: { [HEADER]: told.pass } });
    this.socket.on("connect", () => {
      this.stays.push({ sid: this.socket.id, got: [], acked: 0 });
      this.arrive();
    });
    this.socket.on("line", ({ number, room }) => this.stays.at(-1).got.push([number, room]));
    await this.enter();
    // Once it is a WebSocket there is something to cut.
    const { engine } = this.socket.io;
    if (engine.transport.name !== "websocket") await new Promise((resolve) => engine.once("upgrade", resolve));
  }

  call(event, given) {
    return this.socket.timeout(MILLISECONDS).emitWithAck(event, given);
  }

  async enter() {
    await this.came;
    await this.call("enter", this.room);
  }

  async talk() {
    for (let number = 1; number <= LINES; number += 1) {
      if (number === this.cutBefore) await this.cut();
      const text = `${this.name} ${number}`;
      const line = await this.call("say", { room: this.room, text });
      this.sent.push([text, line]);
      this.stays.at(-1).acked = line;
    }
  }

  async cut() {
    this.wait();
    this.socket.io.engine.transport.ws.terminate();
    await this.enter();
  }

  async end() {
    await this.call("enter", this.room);
    const { name, room, sent, stays } = this;
    this.socket.disconnect();
    return { name, room, sent, stays };
  }
}

const [url, code, ...words] = process.argv.slice(2);
const students = [];
for (let at = 0; at < words.length; at += 3) students.push(new Student(url, code, words[at], words[at + 1], Number(words[at + 2])));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
for (const [act, said] of [["join", "ready"], ["talk", "done"]]) {
  await Promise.all(students.map((student) => student[act]()));
  process.stdout.write(`${said}\n`);
  await lines.next();
}
process.stdout.write(JSON.stringify(await Promise.all(students.map((student) => student.end()))));
process.exitCode = 0;
process.stdin.destroy();
