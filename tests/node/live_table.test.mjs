import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Link } from "../../sio_lab/views/static/link.js";
import { mountTable } from "../../sio_lab/views/static/live_table.js";
import table from "../../sio_lab/views/static/table.js";
import { answer, fakeModel, later, named, openPage, press, range, trafficRow, trafficState, type } from "./page.mjs";

const SMALL = {
  columns: ["client", "events"].map((name) => ({ name, header: name, about: `about ${name}`, numeric: name === "events" })),
  rows: [
    { key: "a", cells: ["ada", ["12", "", "", 12]], at: { sid: "ada0123", namespace: "/chat" }, failed: false },
    { key: "b", cells: ["ben", ["9", "", "", 9]], at: { sid: "ben0123", namespace: "/" }, failed: false },
    { key: "r", cells: ["lobby", ""], at: { room: 7, namespace: "/" }, failed: true },
  ],
  ...{ filter: "", hidden: 0 },
};

async function mounted(state, options = {}, feed = "traffic", asks = undefined) {
  const model = fakeModel({ [feed]: { number: 0, on: true, state } }, { feed, title: "all traffic", ...options }, asks);
  const root = document.createElement("div");
  document.body.append(root);
  const unmount = mountTable(root, new Link(model), feed);
  await later();
  const state2 = (more) => model.tell({ k: "state", feed, number: 0, state: { ...state, ...more } });
  return { model, root, unmount, state: state2, field: root.querySelector(".sio-filter") };
}

const lines = (root) => [...root.querySelectorAll(".sio-window .sio-row")];
const cells = (root, name) => lines(root).map((line) => line.querySelector(`[data-column=${name}]`).textContent);
const wants = (model) => model.sent.filter(({ k }) => k === "want").map(({ k, feed, ...wishes }) => wishes);
const text = (root, selector) => root.querySelector(selector).textContent;

beforeEach(() => openPage());

test("traffic is shown as the still table has it", async () => {
  const more = (seq) => [
    { namespace: "/chat", kind: "emit", client: null, recipients: 1_200, to: "lobby", status: null, args: "()" },
    { status: "raised", failed: true, error: "division by zero", ms: 1_234 },
    { kind: "refused", status: null, failed: true, client: null },
    { kind: "join", status: null, ack: "'ok'" },
  ][seq];
  const { root } = await mounted(trafficState(range(0, 3), more, { dropped: 12 }));
  assert.equal(text(root, ".sio-title"), "all traffic");
  assert.equal(text(root, ".sio-count"), "4 rows");
  assert.equal(text(root, ".sio-notes"), "12 left the log");
  assert.deepEqual(cells(root, "direction"), ["←", "→", "→", "·"]);
  assert.deepEqual(cells(root, "time"), ["01:00:00.000", "01:00:01.000", "01:00:02.000", "01:00:03.000"]);
  assert.deepEqual(cells(root, "kind"), ["emit", "event", "✕ refused", "join"]);
  assert.deepEqual(cells(root, "status"), ["", "✕ raised", "", ""]);
  assert.deepEqual(cells(root, "client"), ["1,200 clients", "ada", "", "ada"]);
  assert.deepEqual(cells(root, "ms"), ["", "1.23 s", "", ""]);
  assert.equal(lines(root)[1].querySelector(".sio-remark").textContent, "division by zero");
  assert.equal(lines(root)[0].querySelector("[data-column=direction]").getAttribute("aria-label"), "out: to a client");
});

test("columns with nothing in them, or that don't fit, are left out", async () => {
  const { root } = await mounted(trafficState([1]));
  const heads = [...root.querySelectorAll("[role=columnheader]")].map((each) => each.dataset.column);
  assert.deepEqual(heads, ["seq", "time", "direction", "kind", "event", "client", "args", "ms", "status"]);
  openPage({ width: 480 });
  const narrow = await mounted(trafficState([1]));
  const few = [...narrow.root.querySelectorAll("[role=columnheader]")].map((each) => each.dataset.column);
  assert.ok(!few.includes("time") && few.includes("args") && few.includes("status"));
});

test("patches are drawn, and counted", async () => {
  const { model, root } = await mounted(trafficState([1, 2]));
  const words = [];
  const rows = [trafficRow(words, 3, { event: "later" })];
  const patch = { words, rows, changes: [[1, null, 5, null, null, null]], skipped: 1_000, dropped: 0 };
  model.tell({ k: "patches", patches: [{ feed: "traffic", from: 0, patch }] });
  await later();
  assert.deepEqual(cells(root, "event"), ["chat", "chat", "later"]);
  assert.equal(cells(root, "ms")[0], "5.00 ms");
  assert.equal(text(root, ".sio-notes"), "1,000 skipped here, the log keeps them");
});

test("a filter is asked for once typing rests, at once by Enter, and cleared by Escape", async () => {
  const { model, field, root, state } = await mounted(trafficState([1]));
  for (const typed of ["e", "ev", "event:chat"]) type(field, typed);
  assert.deepEqual(wants(model), []);
  await later(300);
  assert.deepEqual(wants(model), [{ filter: "event:chat" }]);
  state({ filter: "event:chat" });
  await later();
  assert.equal(text(root, ".sio-count"), "1 row matches");
  type(field, "status:raised");
  press(field, "Enter");
  press(field, "Escape");
  await later(300);
  assert.deepEqual(wants(model).slice(1), [{ filter: "status:raised" }, { filter: "" }]);
  assert.equal(field.value, "");
});

test("a filter that can't be had is explained below it, and the rows stay", async () => {
  const { model, field, root, state } = await mounted(trafficState([1]));
  type(field, "event:");
  press(field, "Enter");
  model.tell({ k: "problem", feed: "traffic", problem: "event: what?" });
  const problem = root.querySelector(".sio-problem");
  assert.deepEqual([problem.hidden, problem.textContent, field.getAttribute("aria-invalid")], [false, "event: what?", "true"]);
  assert.equal(field.getAttribute("aria-describedby"), problem.id);
  state({ filter: "" });
  assert.deepEqual([problem.hidden, field.value, lines(root).length], [false, "event:", 1]);
  type(field, "event:x");
  press(field, "Enter");
  state({ filter: "event:x" });
  assert.equal(problem.hidden, true);
});

test("another page's filter shows in the field", async () => {
  const { field, state } = await mounted(trafficState([1]));
  state({ filter: "client:ada" });
  assert.equal(field.value, "client:ada");
});

test("it is paused and resumed", async () => {
  const { model, root } = await mounted(trafficState([1]));
  named(root, "Pause").click();
  assert.equal(text(root, ".sio-notes"), "paused: nothing is sent");
  named(root, "Resume").click();
  assert.deepEqual(wants(model), [{ paused: true }, { paused: false }]);
  assert.equal(text(root, ".sio-notes"), "");
  assert.ok(named(root, "Pause"));
});

test("it is cleared, and all is brought back", async () => {
  const { root } = await mounted(trafficState([1, 2]));
  named(root, "Clear").click();
  await later();
  assert.equal(lines(root).length, 0);
  assert.equal(text(root, ".sio-notes"), "2 cleared");
  named(root, "Show all").click();
  await later();
  assert.equal(lines(root).length, 2);
});

test("a row opens its detail; an open one follows the keyboard; Escape closes it", async () => {
  const { model, root } = await mounted(trafficState([1, 2, 3]));
  const asked = () => model.sent.filter(({ what }) => what === "detail").map(({ given }) => given.seq);
  lines(root)[1].querySelector(".sio-cell").click();
  assert.deepEqual(asked(), [2]);
  const grid = root.querySelector(".sio-grid");
  press(grid, "ArrowUp");
  press(grid, "ArrowDown");
  press(grid, "ArrowDown");
  await later(200);
  assert.deepEqual(asked(), [2, 3]);
  press(grid, "Escape");
  assert.equal(root.querySelector(".sio-detail").hidden, true);
  press(grid, "Escape");
  await later();
  assert.equal(root.querySelector("[aria-selected=true]"), null);
});

test("small tables sort by their headers", async () => {
  const { root } = await mounted(SMALL, {}, "clients");
  assert.equal(named(root, "Pause"), undefined);
  const orders = [];
  for (let click = 0; click < 3; click += 1) {
    named(root, "events").click();
    orders.push(cells(root, "client").join(" "), root.querySelector("[data-column=events]").getAttribute("aria-sort"));
  }
  assert.deepEqual(orders, ["ben ada lobby", "ascending", "ada ben lobby", "descending", "ada ben lobby", "none"]);
});

test("a client is put into a room, and what came of it is said", async () => {
  const { model, root } = await mounted(SMALL, {}, "clients");
  assert.equal(text(root, ".sio-whom"), "Select a row to act on it");
  lines(root)[0].querySelector(".sio-cell").click();
  assert.equal(text(root, ".sio-whom"), "ada");
  named(root, "Join room…").click();
  const room = root.querySelector(".sio-rowbar input");
  room.value = " lobby ";
  model.tell({ k: "patches", patches: [{ feed: "clients", from: 0, patch: { rows: [{ ...SMALL.rows[0], cells: ["ada", "13"] }] } }] });
  assert.ok(room.isConnected);
  press(room, "Enter");
  assert.deepEqual(model.sent.at(-1), { k: "ask", ask: 1, what: "join", given: { who: "ada0123", namespace: "/chat", room: "lobby" } });
  await answer(model, { text: "ada is in lobby" });
  assert.equal(text(root, ".sio-rowbar [role=status]"), "ada is in lobby");
  assert.equal(model.sent.some(({ what }) => what === "detail"), false);
});

test("what can't be undone is asked twice", async () => {
  const { model, root } = await mounted(SMALL, {}, "clients");
  lines(root)[1].querySelector(".sio-cell").click();
  named(root, "Disconnect…").click();
  assert.equal(document.activeElement.textContent, "Cancel");
  press(document.activeElement, "Escape");
  named(root, "Disconnect…").click();
  assert.equal(model.sent.length, 0);
  named(root, "Disconnect").click();
  assert.deepEqual(model.sent.at(-1).given, { who: "ben0123", namespace: "/" });
  await answer(model, "ben has gone already", false);
  assert.equal(text(root, ".sio-rowbar .sio-look-failed"), "ben has gone already");
  lines(root)[2].querySelector(".sio-cell").click();
  assert.equal(named(root, "Join room…"), undefined);
  named(root, "Close room…").click();
  named(root, "Close room").click();
  assert.deepEqual(model.sent.at(-1), { k: "ask", ask: 2, what: "close_room", given: { room: 7, namespace: "/" } });
});

test("who can emit is told to whom", async () => {
  const { root } = await mounted(SMALL, { emit: true }, "clients");
  const wished = [];
  document.body.addEventListener("sio-emit-to", (event) => wished.push(event.detail));
  lines(root)[0].querySelector(".sio-cell").click();
  named(root, "Emit…").click();
  assert.deepEqual(wished, [{ to: "sid:ada0123", namespace: "/chat" }]);
  const other = await mounted(SMALL, {}, "clients");
  lines(other.root)[0].querySelector(".sio-cell").click();
  assert.equal(named(other.root, "Emit…"), undefined);
});

test("a row of acks opens the row of traffic that it belongs to; nothing can be done to it", async () => {
  const acks = { ...SMALL, rows: [{ key: "1", cells: ["ada", "1"], at: { seq: 42 }, failed: false }] };
  const { model, root } = await mounted(acks, {}, "acks");
  assert.equal(root.querySelector(".sio-rowbar").hidden, true);
  lines(root)[0].querySelector(".sio-cell").click();
  assert.deepEqual(model.sent.at(-1).given, { seq: 42 });
});

test("as a widget it leaves nothing behind", async () => {
  const model = fakeModel({ traffic: { number: 0, on: true, state: trafficState([1]) } }, { feed: "traffic", title: "traffic" });
  const { initialize, render } = table();
  const close = initialize({ model });
  const el = document.createElement("div");
  document.body.append(el);
  const leave = render({ model, el });
  await later();
  type(el.querySelector(".sio-filter"), "typed, never asked for");
  leave();
  close();
  await later(300);
  assert.deepEqual([el.childNodes.length, model.listeners], [0, 0]);
  assert.deepEqual(model.sent.map(({ k, on }) => [k, on]), [["here", undefined], ["want", false], ["gone", undefined]]);
});

test("where little may be asked, no button promises more", async () => {
  const { root, unmount } = await mounted(SMALL, {}, "clients", ["detail", "kick"]);
  press(root.querySelector("[role=grid]"), "Home");
  const offered = () => [...root.querySelectorAll(".sio-rowbar button")].map((each) => each.textContent);
  assert.deepEqual(offered(), ["Disconnect…"]);
  unmount();
  const { root: capture } = await mounted(SMALL, {}, "clients", ["detail"]);
  assert.equal(capture.querySelector(".sio-rowbar").hidden, true);
});
