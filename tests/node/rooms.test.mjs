// The room map: what it draws, what choosing asks of the kernel, and that nothing is left behind.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Link } from "../../sio_lab/views/static/link.js";
import { mountRooms } from "../../sio_lab/views/static/rooms.js";
import { fakeModel, openPage } from "./page.mjs";

const HOSTILE = "<img src=x onerror=alert(1)>";

function room(key, text, members, more = {}) {
  return { key, text, full: "", type: "", name: text, to: `room:${text}`, members, count: members.length, ...more };
}

function client(name, namespace = "") {
  return [`${name}${namespace}sid`, name, `eio-${name}`, `${name}, sid ${name}${namespace}sid`];
}

function place(namespace, names, rooms, more = {}) {
  const clients = names.map((name) => client(name, namespace));
  return {
    namespace,
    text: namespace,
    clients,
    rooms,
    clients_count: clients.length,
    rooms_count: rooms.length,
    ...more,
  };
}

const LESSON = () => [
  place(
    "/",
    ["ada", "bob", "eve"],
    [room(1, "lobby", [0, 1]), room(2, "quiz", [0]), room(3, "5", [1], { type: "int", name: 5, to: 5 })],
  ),
  place("/chat", ["ada"], []),
];

let root;

beforeEach(() => {
  openPage();
  root = document.createElement("div");
  document.body.append(root);
});

function mounted(namespaces = LESSON(), options = {}, asks = undefined) {
  const model = fakeModel({ map: { number: 0, on: true, state: { namespaces, more: 0 } } }, options, asks);
  const unmount = mountRooms(root, new Link(model), "map");
  let number = 0;
  const patch = (changed, order = changed.map((one) => one.namespace)) => {
    model.tell({
      k: "patches",
      patches: [{ feed: "map", from: number, patch: { namespaces: changed, order, more: 0 } }],
    });
    number += 1;
  };
  return { model, unmount, patch };
}

const all = (selector) => [...root.querySelectorAll(selector)];
const texts = (selector) => all(selector).map((one) => one.textContent);
const find = (selector, text) => all(selector).find((one) => one.querySelector("bdi")?.textContent === text);
const roomNamed = (text) => find(".sio-rooms-room", text);
const personNamed = (text) => find(".sio-rooms-person", text);
const buttonNamed = (text) => all("button").find((one) => one.textContent === text);
const click = (element, more = {}) => element.dispatchEvent(new window.MouseEvent("click", { bubbles: true, ...more }));
const press = (element, key) =>
  element.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const settled = () => new Promise((resolve) => setImmediate(resolve));
const asked = (model) => model.sent.filter((message) => message.k === "ask");
const said = () => root.querySelector(".sio-rooms-reach").textContent;

async function answer(model, value, ok = true) {
  model.tell({ k: "answer", ask: asked(model).at(-1).ask, ok, value });
  await settled();
}

test("each room is a box with its members, and who is in none has one, too", () => {
  mounted();
  const boxes = all(".sio-rooms-box").map((box) => box.getAttribute("aria-label"));
  assert.deepEqual(boxes, [
    "room lobby, 2 clients",
    "room quiz, 1 client",
    "room 5, 1 client",
    "in no room, 1 client",
    "in no room, 1 client",
  ]);
  assert.deepEqual(texts("[aria-label^='room lobby'] .sio-rooms-person"), ["ada", "bob"]);
  assert.deepEqual(texts(".sio-rooms-type"), ["int"]);
  assert.equal(root.querySelector(".sio-count").textContent, "4 clients on 3 connections · 3 rooms");
});

test("a room that is chosen lights up whom the kernel says an emit reaches, and no other", async () => {
  const { model } = mounted();
  click(roomNamed("lobby"));
  assert.deepEqual(asked(model).at(-1), {
    k: "ask",
    ask: 1,
    what: "reach",
    given: { to: ["room:lobby"], skip: null, namespace: "/" },
  });
  assert.equal(all(".sio-rooms-reached").length, 0);
  await answer(model, { text: "", sids: ["ada/sid", "bob/sid"], names: ["ada", "bob"] });
  assert.equal(said(), "emit to room:lobby in / would reach 2 clients: ada, bob");
  assert.deepEqual(texts(".sio-rooms-reached"), ["ada", "bob", "ada", "bob"]);
  assert.equal(personNamed("ada").getAttribute("aria-label"), "ada, reached");
  assert.equal(roomNamed("lobby").getAttribute("aria-pressed"), "true");
  assert.ok(all(".sio-rooms-box")[0].classList.contains("sio-rooms-chosen"));
});

test("what is chosen again, cleared or left by Escape is no longer chosen", async () => {
  const { model } = mounted();
  for (const end of [
    () => click(roomNamed("lobby")),
    () => click(buttonNamed("Clear")),
    () => press(roomNamed("lobby"), "Escape"),
  ]) {
    click(roomNamed("lobby"));
    await answer(model, { sids: ["ada/sid"], names: ["ada"] });
    end();
    assert.equal(all(".sio-rooms-reached, [aria-pressed=true].sio-rooms-pick").length, 0);
    assert.match(said(), /^Choose a client/);
  }
});

test("further targets are added by a key or the switch, in one namespace at a time", async () => {
  const { model } = mounted();
  click(roomNamed("quiz"));
  await answer(model, { sids: ["ada/sid"], names: ["ada"] });
  click(roomNamed("5"), { shiftKey: true });
  await answer(model, { sids: ["ada/sid", "bob/sid"], names: ["ada", "bob"] });
  assert.deepEqual(asked(model).at(-1).given, { to: ["room:quiz", 5], skip: null, namespace: "/" });
  assert.match(said(), /^emit to room:quiz, room 5 \(int\) in \//);
  click(buttonNamed("Add"));
  click(personNamed("eve"));
  await answer(model, { sids: [], names: [] });
  assert.deepEqual(asked(model).at(-1).given.to, ["room:quiz", 5, "sid:eve/sid"]);
  assert.match(said(), /would reach nobody$/);
  click(all(".sio-rooms-everybody")[1]);
  await answer(model, { sids: ["ada/chatsid"], names: ["ada"] });
  assert.deepEqual(asked(model).at(-1).given, { to: null, skip: null, namespace: "/chat" });
  assert.match(said(), /^emit to everybody in \/chat would reach 1 client: ada/);
});

test("a client that is left out is struck, of an emit to everybody where nothing is chosen", async () => {
  const { model } = mounted();
  click(personNamed("bob"), { altKey: true });
  await answer(model, { sids: ["ada/sid", "eve/sid"], names: ["ada", "eve"] });
  assert.deepEqual(asked(model).at(-1).given, { to: null, skip: ["sid:bob/sid"], namespace: "/" });
  assert.match(said(), /skipping bob would reach 2 clients: ada, eve · as include_self=False/);
  assert.ok(all(".sio-rooms-skipped").every((one) => one.textContent === "bob"));
  click(buttonNamed("Skip"));
  click(personNamed("bob"));
  assert.equal(all(".sio-rooms-skipped").length, 0);
});

test("an answer to an older question is not shown, and the newest is asked after it", async () => {
  const { model } = mounted();
  click(roomNamed("lobby"));
  click(roomNamed("quiz"));
  assert.equal(asked(model).length, 1);
  await answer(model, { sids: ["ada/sid", "bob/sid"], names: ["ada", "bob"] });
  assert.equal(all(".sio-rooms-reached").length, 0);
  assert.deepEqual(asked(model).at(-1).given.to, ["room:quiz"]);
  await answer(model, { sids: ["ada/sid"], names: ["ada"] });
  assert.match(said(), /1 client: ada/);
});

test("what the kernel refuses is told", async () => {
  const { model } = mounted();
  click(roomNamed("lobby"));
  await answer(model, "not running", false);
  assert.equal(root.querySelector("[role=alert]").textContent, "✕ not running");
  assert.equal(root.querySelector("[role=alert]").hidden, false);
});

test("a patch moves nobody who stays, asks anew, and forgets who has left", async () => {
  const { model, patch } = mounted();
  click(personNamed("eve"));
  await answer(model, { sids: ["eve/sid"], names: ["eve"] });
  const kept = roomNamed("lobby");
  patch([place("/", ["ada", "bob", "eve"], [room(1, "lobby", [0, 1, 2])])], ["/", "/chat"]);
  assert.equal(roomNamed("lobby"), kept);
  assert.equal(roomNamed("quiz"), undefined);
  assert.deepEqual(texts("[aria-label^='room lobby'] .sio-rooms-person"), ["ada", "bob", "eve"]);
  assert.equal(asked(model).length, 2);
  await answer(model, { sids: ["eve/sid"], names: ["eve"] });
  patch([place("/", ["ada", "bob"], [room(1, "lobby", [0, 1])])], ["/"]);
  assert.match(said(), /^Choose a client/);
  assert.deepEqual(texts(".sio-rooms-everybody"), ["/"]);
});

test("many clients and rooms are a grid with a dot for each membership", async () => {
  const names = Array.from({ length: 100 }, (_, number) => `client${number}`);
  const rooms = Array.from({ length: 30 }, (_, number) => room(number, `room${number}`, [number, number + 1]));
  const { model } = mounted([place("/", names, rooms)]);
  assert.equal(all(".sio-rooms-row").length, 100);
  assert.equal(all(".sio-rooms-column").length, 30);
  assert.equal(all(".sio-rooms-dot").length, 60);
  click(roomNamed("room7"));
  await answer(model, { sids: ["client7/sid", "client8/sid"], names: [null, null] });
  assert.deepEqual(texts(".sio-rooms-row.sio-rooms-heard"), ["client7", "client8"]);
  assert.equal(all(".sio-rooms-band.sio-rooms-lit").length, 1);
  click(buttonNamed("Rooms"));
  assert.equal(all(".sio-rooms-box").length, 31);
});

test("with more rooms than clients the rooms go down", () => {
  const rooms = Array.from({ length: 200 }, (_, number) => room(number, `room${number}`, [0]));
  mounted([place("/", ["ada"], rooms)]);
  assert.equal(all(".sio-rooms-row .sio-rooms-room").length, 200);
  assert.equal(all(".sio-rooms-column .sio-rooms-person").length, 1);
});

test("names are text, and a room that can't be said is not asked for", async () => {
  const { model } = mounted([
    place("/", ["ada"], [room(1, HOSTILE, [0]), room(2, "xxx…", [0], { name: null, to: null })]),
  ]);
  assert.equal(root.querySelector("img"), null);
  assert.ok(roomNamed(HOSTILE));
  click(roomNamed("xxx…"));
  assert.equal(asked(model).length, 0);
  assert.match(root.querySelector("[role=alert]").textContent, /xxx… can't be said from here/);
});

test("one connection is marked in all its rooms and namespaces", () => {
  mounted();
  personNamed("ada").dispatchEvent(new window.Event("pointerover", { bubbles: true }));
  assert.deepEqual(texts(".sio-rooms-kin"), ["ada", "ada", "ada"]);
  roomNamed("5").dispatchEvent(new window.Event("pointerover", { bubbles: true }));
  assert.deepEqual(texts(".sio-rooms-kin"), ["bob", "bob"]);
});

test("one stop for the tab key, and arrows from there", () => {
  mounted();
  assert.deepEqual(
    all(".sio-rooms-pick[tabindex='0']").map((one) => one.textContent),
    ["/"],
  );
  all(".sio-rooms-everybody")[0].focus();
  press(document.activeElement, "ArrowRight");
  assert.equal(document.activeElement, roomNamed("lobby"));
  press(document.activeElement, "End");
  assert.equal(document.activeElement.textContent, "ada");
  assert.equal(all(".sio-rooms-pick[tabindex='0']").length, 1);
});

test("the focus stays on the map when what had it leaves", () => {
  const { patch } = mounted();
  roomNamed("quiz").focus();
  patch([place("/", ["ada", "bob", "eve"], [room(1, "lobby", [0, 1])])], ["/", "/chat"]);
  assert.ok(document.activeElement.classList.contains("sio-rooms-pick"));
});

test("'Emit to these' is there where something listens, and tells whom", async () => {
  mounted();
  click(roomNamed("lobby"));
  assert.equal(buttonNamed("Emit to these…"), undefined);
  root.replaceChildren();
  mounted(LESSON(), { emit: true });
  let detail = null;
  document.body.addEventListener("sio-emit-to", (event) => (detail = event.detail));
  click(roomNamed("lobby"));
  click(buttonNamed("Emit to these…"));
  assert.deepEqual(detail, { to: ["room:lobby"], namespace: "/", skip: null });
});

test("a client joins, leaves and is disconnected, and a room is closed, each in two steps", async () => {
  const { model } = mounted();
  const acted = async (label, fill = () => {}) => {
    click(buttonNamed(label));
    fill(root.querySelector("form"));
    root.querySelector("form").dispatchEvent(new window.Event("submit", { bubbles: true, cancelable: true }));
    await settled();
    await answer(model, { text: "done" });
    const { what, given } = asked(model).at(-1);
    return { what, ...given };
  };
  click(personNamed("bob"));
  await answer(model, { sids: ["bob/sid"], names: ["bob"] });
  const who = { who: "sid:bob/sid", namespace: "/" };
  assert.deepEqual(await acted("Join room…", (form) => (form.querySelector("input").value = "new")), {
    what: "join",
    room: "new",
    ...who,
  });
  assert.equal(root.querySelector(".sio-rooms-told").textContent, "done");
  assert.deepEqual(await acted("Join room…", (form) => (form.querySelector("input").value = "5")), {
    what: "join",
    room: 5,
    ...who,
  });
  assert.deepEqual(await acted("Leave room…"), { what: "leave", room: "lobby", ...who });
  assert.deepEqual(await acted("Disconnect…"), { what: "kick", ...who });
  click(roomNamed("lobby"));
  await answer(model, { sids: [], names: [] });
  assert.deepEqual(await acted("Close room…"), { what: "close_room", room: "lobby", namespace: "/" });
});

test("a question can be left, and what fails is told", async () => {
  const { model } = mounted();
  click(roomNamed("lobby"));
  await answer(model, { sids: [], names: [] });
  click(buttonNamed("Close room…"));
  assert.match(root.querySelector("form").textContent, /^Close lobby\? Its 2 clients leave it\./);
  press(root.querySelector("form button"), "Escape");
  assert.equal(root.querySelector("form"), null);
  assert.equal(asked(model).length, 1);
  assert.equal(roomNamed("lobby").getAttribute("aria-pressed"), "true");
  click(buttonNamed("Close room…"));
  root.querySelector("form").dispatchEvent(new window.Event("submit", { bubbles: true, cancelable: true }));
  await answer(model, "the server would not", false);
  assert.equal(root.querySelector(".sio-rooms-told").textContent, "✕ the server would not");
});

test("what has no place on the map is counted", () => {
  mounted([place("/", ["ada"], [], { clients_count: 1_501, rooms_count: 1 })]);
  assert.equal(
    root.querySelector(".sio-rooms-rest").textContent,
    "… and 1,500 more clients and 1 more room, which this map has no place for.",
  );
});

test("nobody connected is said, and nothing is left once it is gone", () => {
  const { model, unmount } = mounted([]);
  assert.equal(root.querySelector(".sio-rooms-empty").hidden, false);
  unmount();
  assert.equal(root.childElementCount, 0);
  assert.deepEqual(model.sent.at(-1), { k: "want", feed: "map", on: false });
});

test("a room that fills again is still chosen", async () => {
  const { model, patch } = mounted([place("/", ["ada", "bob"], [room(1, "lobby", [0])])]);
  click(roomNamed("lobby"));
  await answer(model, { sids: ["ada/sid"], names: ["ada"] });
  patch([place("/", ["ada", "bob"], [])]);
  await answer(model, { sids: [], names: [] });
  assert.match(said(), /emit to room:lobby would reach nobody/);
  patch([place("/", ["ada", "bob"], [room(9, "lobby", [1])])]);
  await answer(model, { sids: ["bob/sid"], names: ["bob"] });
  assert.equal(roomNamed("lobby").getAttribute("aria-pressed"), "true");
  assert.deepEqual(texts(".sio-rooms-reached"), ["bob"]);
});

test("of very many reached, those told by number count, too", async () => {
  const { model } = mounted();
  click(roomNamed("lobby"));
  await answer(model, { sids: ["ada/sid", "gone"], names: ["ada", "zoe"], count: 1_200 });
  assert.match(said(), /would reach 1,200 clients: ada, zoe and 1,198 more · 1,199 of them not on this map$/);
});

test("where nothing may be asked nothing is offered, and nobody is said to be reached", () => {
  const { model } = mounted(LESSON(), {}, []);
  click(personNamed("bob"));
  assert.deepEqual([...root.querySelectorAll(".sio-rooms-acts button")].map((each) => each.textContent), ["Clear"]);
  assert.equal(root.querySelector(".sio-rooms-reach").hidden, true);
  assert.deepEqual(asked(model), []);
});
