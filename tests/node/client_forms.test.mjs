// The client page's forms and its log, on the page's own HTML.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { mountAcksForm } from "../../sio_lab/server/web/static/acks_form.js";
import { mountEmitForm } from "../../sio_lab/server/web/static/emit_form.js";
import { isWanted, lineOf, Log, MOST_ROWS } from "../../sio_lab/server/web/static/log.js";
import { mountLog } from "../../sio_lab/server/web/static/log_view.js";
import { mountNotices } from "../../sio_lab/server/web/static/notices.js";
import { mountRoomsForm, roomArgument, roomEvents } from "../../sio_lab/server/web/static/rooms_form.js";
import { UNKNOWN } from "../../sio_lab/server/web/static/settings.js";
import { showState } from "../../sio_lab/server/web/static/state_line.js";
import { fakeConnection, find, nextFrame, openClientPage, submit } from "./client_page.mjs";

const MARKUP = "<img src=x onerror=alert(1)>";
const EVENT = { direction: "in", kind: "EVENT", namespace: "/", event: "said", args: '"hi"', wire: '42["said","hi"]', size: 15 };

beforeEach(() => openClientPage());

test("an event is emitted with its arguments, and its ack shown", () => {
  const connection = fakeConnection();
  mountEmitForm(connection);
  find("#event").value = " say ";
  find("#arguments textarea").value = "[1, 2]";
  submit("#emit-form");
  const [[event, value, answered]] = connection.sent;
  assert.deepEqual([event, value], ["say", [1, 2]]);
  answered(null, { ok: MARKUP });
  assert.match(find("#emit-outcome").textContent, /say: ack after .* ms: \{"ok":"<img/);
  assert.equal(find("#emit-outcome img"), null);
  answered(new Error("timeout"));
  assert.match(find("#emit-outcome").textContent, /No ack within 10 s/);
});

test("without an ack, an argument or a connection", () => {
  const connection = fakeConnection();
  mountEmitForm(connection);
  submit("#emit-form");
  assert.match(find("#emit-outcome").textContent, /Which event/);
  find("#want-ack").checked = false;
  find("#event").value = "say";
  find(".argument-bar button").click();
  submit("#emit-form");
  assert.deepEqual(connection.sent, [["say"]]);
  connection.isConnected = false;
  submit("#emit-form");
  assert.match(find("#emit-outcome").textContent, /Not connected/);
  assert.equal(connection.sent.length, 1);
});

test("an argument that is no JSON says so and sends nothing", () => {
  const connection = fakeConnection();
  mountEmitForm(connection);
  find("#event").value = "say";
  find("#arguments textarea").value = "{no";
  submit("#emit-form");
  assert.equal(find("#arguments textarea").getAttribute("aria-invalid"), "true");
  assert.match(find(".argument .problem").textContent, /Not JSON.*choose Text/);
  find("#arguments select").value = "text";
  submit("#emit-form");
  assert.equal(connection.sent[0][1], "{no");
});

test("acks: null, a value, or held back", () => {
  const acks = mountAcksForm();
  const answers = [];
  const ask = () => acks.asked("quiz", (value) => answers.push(value));
  const choose = (mode) => {
    find("#ack-mode").value = mode;
    find("#ack-mode").dispatchEvent(new globalThis.Event("change"));
  };
  ask();
  choose("value");
  find("#ack-value").value = "{bad";
  ask();
  assert.match(find("#ack-problem").textContent, /Not JSON/);
  choose("hold");
  find("#ack-value").value = "42";
  for (let time = 0; time < 3; time += 1) ask();
  assert.deepEqual(answers, [null, null]);
  assert.equal(find("#held-text").textContent, "3 events wait, last quiz");
  submit("#acks-form");
  assert.deepEqual(answers, [null, null, 42, 42, 42]);
  ask();
  acks.forget();
  assert.equal(find("#held").hidden, true);
});

test("rooms are offered where the app has events for them", () => {
  const connection = fakeConnection();
  const offer = mountRoomsForm(connection, () => "ada");
  offer({ ...UNKNOWN, events: { "/": ["say", "leave_room", "join", MARKUP] } }, "/");
  assert.deepEqual([...globalThis.document.querySelectorAll("#room-actions button")].map((each) => each.textContent), ["join", "leave_room"]);
  find("#room").value = "lobby";
  submit("#rooms-form");
  assert.deepEqual(connection.sent, [["join", { username: "ada", room: "lobby" }]]);
  offer({ ...UNKNOWN, events: { "/": ["say"] } }, "/");
  assert.equal(find("#rooms-form").hidden, true);
});

test("what is a room's event, and what it is sent", () => {
  assert.deepEqual(roomEvents(["Leave Room", "joined", "subscribe", "rejoin", "enter-room"]), ["subscribe", "enter-room", "Leave Room"]);
  assert.equal(roomArgument("text", "r", "ada"), "r");
  assert.deepEqual(roomArgument("object", "r", ""), { room: "r" });
});

test("what the teacher tells is text", () => {
  const notices = mountNotices();
  notices.told("announcement", [{ text: MARKUP }]);
  assert.equal(find("#announcement-text").textContent, MARKUP);
  assert.equal(find("#announcement").hidden, false);
  notices.told("refused", [{ event: "say", reason: "limit", text: "Too fast." }]);
  assert.equal(find("#emit-outcome").textContent, "say: Too fast.");
  for (const odd of [null, 1, "x", { text: 5 }, [], undefined]) notices.told("announcement", [odd]);
  assert.equal(find("#announcement-text").textContent, MARKUP);
});

test("a state is said in words", () => {
  const state = { phase: "waiting", why: "Gone.", transport: "polling", sid: "", upgraded: false, attempts: 3 };
  showState(state);
  assert.equal(find("#why").textContent, "Gone. Attempt 3 to reconnect.");
  assert.deepEqual([find("#connect").disabled, find("#disconnect").disabled], [true, false]);
  showState({ ...state, phase: "connected", sid: "abc", upgraded: true, transport: "websocket" });
  assert.equal(find("#fact-transport").textContent, "websocket, upgraded from polling");
  assert.equal(find("#why").hidden, true);
});

test("the log is bounded, and times acks", () => {
  const log = new Log(() => {});
  log.add({ ...EVENT, direction: "out", ackId: 7 });
  log.add({ ...EVENT, direction: "in", ackId: 7 });
  log.add({ direction: "in", kind: "ACK", event: "ack", namespace: "/", ackId: 7 });
  assert.ok(log.rows[2].ms >= 0);
  assert.equal(log.rows[1].ms, null);
  for (let number = 0; number < 5000; number += 1) log.add({ ...EVENT, ackId: number });
  log.trim();
  assert.equal(log.rows.length, MOST_ROWS);
  assert.equal(log.rows.length + log.dropped, 5003);
  assert.ok(log.asked.size <= 1000);
});

test("rows are wanted by text, and Engine.IO's only if asked for", () => {
  const row = new Log(() => {});
  row.add(EVENT);
  row.add({ direction: "in", kind: "engine", event: "ping" });
  const [event, ping] = row.rows;
  assert.deepEqual([isWanted(event, { text: "sai", packets: false }), isWanted(event, { text: "no", packets: false })], [true, false]);
  assert.deepEqual([isWanted(ping, { text: "", packets: false }), isWanted(ping, { text: "", packets: true })], [false, true]);
  assert.equal(lineOf(event, () => "now"), 'now <- 42["said","hi"]');
});

test("the log draws text, unfolds, filters, pauses and clears", async () => {
  const log = mountLog();
  log.add({ ...EVENT, event: MARKUP, args: MARKUP, wire: MARKUP });
  log.add({ direction: "in", kind: "engine", event: "ping" });
  await nextFrame();
  assert.equal(find("#log-rows").childElementCount, 1);
  assert.equal(find("#log-count").textContent, "1 of 2 rows");
  assert.equal(find("#log-rows .event").textContent, MARKUP);
  const unfold = find("#log-rows details");
  unfold.open = true;
  unfold.dispatchEvent(new globalThis.Event("toggle"));
  assert.equal(find("#log-rows pre").textContent, MARKUP);
  assert.equal(find("#log-rows img"), null);
  find("#log-pause").click();
  log.add(EVENT);
  await nextFrame();
  assert.match(find("#log-count").textContent, /1 waiting/);
  find("#log-pause").click();
  find("#log-filter").value = "SAID";
  find("#log-filter").dispatchEvent(new globalThis.Event("input"));
  assert.equal(find("#log-rows").childElementCount, 1);
  find("#log-clear").click();
  await nextFrame();
  assert.equal(find("#log-empty").hidden, false);
});
