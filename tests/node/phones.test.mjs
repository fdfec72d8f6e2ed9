// Phones: who received what, a line to emit, and a connection that is seen to go and come.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import panels from "../../sio_lab/views/static/panels.js";
import { fakeModel, openPage } from "./page.mjs";

const HOSTILE = '<img src=x onerror="alert(1)">';
let page, model, leave, next, feedNumber;

function place(sid, rooms = [], namespace = "/", more = 0) {
  return { namespace, sid: sid.slice(0, 8), full: sid, rooms, more };
}

function phone(name, told = {}) {
  const head = { name, called: name, connected: true, why: "", transport: "websocket", received: 0 };
  return { ...head, namespaces: [place(`${name}012345678`)], items: [], ...told };
}

function item(told = {}) {
  next += 1;
  return { n: next, at: next, time: "12:00:00.000", dir: "in", namespace: "/", event: "chat", args: "'hi'", ...told };
}

function show(...phones) {
  model = fakeModel({ panels: { number: 0, on: true, state: { phones } } });
  const shown = panels();
  shown.initialize({ model });
  const el = document.body.appendChild(document.createElement("div"));
  leave = shown.render({ model, el });
  return el;
}

function patch(...phones) {
  model.tell({ k: "patches", patches: [{ feed: "panels", from: feedNumber, patch: { phones } }] });
  feedNumber += 1;
}

async function answer(ok, value) {
  model.tell({ k: "answer", ask: model.sent.filter((each) => each.k === "ask").at(-1).ask, ok, value });
  await new Promise((resolve) => setImmediate(resolve));
}

const texts = (el, selector) => [...el.querySelectorAll(selector)].map((each) => each.textContent);
const labelled = (el, label) => el.querySelector(`[aria-label="${label}"]`);

beforeEach(() => {
  page = openPage();
  next = 0;
  feedNumber = 0;
});

afterEach(() => {
  leave();
  page.close();
});

test("each client has a phone with its sid, its rooms and what it has said", () => {
  const said = [item(), item({ dir: "out", event: "say", ack: "'ok'", failed: "" }), item({ dir: "note", event: "lost", args: "connection lost" })];
  const el = show(phone("ada", { namespaces: [place("ada012345", ["lobby", "den"])], items: said }), phone("bob"));
  assert.deepEqual(texts(el, ".sio-phone-top .sio-who"), ["ada", "bob"]);
  assert.deepEqual(texts(el, ".sio-sid"), ["ada01234", "bob01234"]);
  assert.deepEqual(texts(el, ".sio-room"), ["lobby", "den"]);
  assert.deepEqual(texts(el, ".sio-said"), ["←chat'hi'", "→say'hi'ack 'ok'", "connection lost"]);
  assert.equal(el.querySelectorAll(".sio-new").length, 0);
});

test("who received something lights up and counts, and who did not is seen too", () => {
  const el = show(phone("ada"), phone("bob"), phone("eve"));
  patch({ name: "ada", items: [item({ dir: "out", at: 5000, ack: null, failed: "" })] });
  patch({ name: "bob", received: 1, items: [item({ at: 5010 })] }, { name: "eve", received: 2, items: [item({ at: 5010 }), item({ at: 5020 })] });
  assert.deepEqual(texts(el, ".sio-gained"), ["+0", "+1", "+2"]);
  assert.deepEqual([...el.querySelectorAll(".sio-phone")].map((one) => one.classList.contains("sio-got")), [false, true, true]);
  assert.equal(texts(el, ".sio-phones-round")[0], "ada sent chat · received by bob, eve · not by ada");
  patch({ name: "ada", received: 1, items: [item({ at: 9000 })] });
  assert.deepEqual(texts(el, ".sio-gained"), ["+1", "+0", "+0"]);
});

test("an arrival flashes each time anew", () => {
  const el = show(phone("ada"));
  const flashes = [1, 2, 3].map((received) => {
    patch({ name: "ada", received, items: [item()] });
    const looks = el.querySelector(".sio-phone").classList;
    return ["a", "b"].filter((each) => looks.contains(`sio-flash-${each}`)).join();
  });
  assert.deepEqual(flashes, ["a", "b", "a"]);
});

test("a patch told twice changes nothing, and an item that changed is told in its place", () => {
  const el = show(phone("ada"));
  const sent = item({ dir: "out", ack: "", failed: "" });
  patch({ name: "ada", items: [sent] });
  patch({ name: "ada", items: [sent] });
  assert.deepEqual(texts(el, ".sio-ending"), ["no ack yet"]);
  patch({ name: "ada", items: [item(), { ...sent, ack: "'ok'" }] });
  assert.deepEqual(texts(el, ".sio-said"), ["→chat'hi'ack 'ok'", "←chat'hi'"]);
});

test("a conversation keeps the newest hundred and is not read out while it runs fast", () => {
  const el = show(phone("ada"));
  const log = el.querySelector("[role=log]");
  patch({ name: "ada", items: Array.from({ length: 150 }, () => item()) });
  assert.equal(log.children.length, 100);
  assert.equal(log.getAttribute("aria-live"), "off");
  patch({ name: "ada", items: [item()] });
  assert.equal(log.getAttribute("aria-live"), "polite");
});

test("a reader who scrolled up stays there and is told how much is new", () => {
  const el = show(phone("ada"));
  const [talk, jump] = [el.querySelector(".sio-talk"), el.querySelector(".sio-jump")];
  talk.scrollTop = -200;
  patch({ name: "ada", items: [item(), item()] });
  assert.deepEqual([talk.scrollTop, jump.hidden, jump.textContent], [-200, false, "2 new ↓"]);
  jump.click();
  assert.deepEqual([talk.scrollTop, jump.hidden], [0, true]);
});

test("a lost connection and a new one are seen", () => {
  const el = show(phone("ada", { namespaces: [place("old012345", ["lobby"])] }));
  patch({ name: "ada", connected: false, why: "connection lost (ping timeout)", namespaces: [place("")], items: [] });
  assert.ok(el.querySelector(".sio-phone.sio-cut"));
  assert.match(el.querySelector(".sio-wire-frame").textContent, /connection lost \(ping timeout\).*–/);
  assert.equal(labelled(el, "Drop ada's connection").disabled, true);
  patch({ name: "ada", connected: true, why: "", namespaces: [place("new012345")], items: [] });
  assert.match(el.querySelector(".sio-wire-frame").textContent, /new01234in no room/);
  assert.ok(el.querySelector(".sio-sid.sio-new"));
});

test("Enter emits from either field, but not while a text is being composed", () => {
  const el = show(phone("ada"));
  const press = (label, told) => {
    const pressed = new page.KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...told });
    labelled(el, label).dispatchEvent(pressed);
    return pressed.defaultPrevented;
  };
  assert.equal(press("event for ada to emit"), true);
  assert.equal(press("arguments of ada's event: JSON values or a text"), true);
  assert.equal(press("event for ada to emit", { isComposing: true }), false);
  assert.equal(press("Emit as ada"), false);
  assert.equal(model.sent.filter((each) => each.what === "client_emit").length, 2);
});

test("a client emits, and what can't be sent is said in that phone", async () => {
  const el = show(phone("ada"), phone("bob"));
  labelled(el, "event for bob to emit").value = "chat";
  labelled(el, "arguments of bob's event: JSON values or a text").value = '{"a": 1}';
  const form = el.querySelectorAll("form")[1];
  form.querySelector("[type=checkbox]").checked = true;
  form.dispatchEvent(new page.Event("submit", { cancelable: true }));
  const asked = model.sent.at(-1);
  assert.equal(asked.what, "client_emit");
  assert.deepEqual(asked.given, { name: "bob", event: "chat", args_text: '{"a": 1}', namespace: null, ack: true });
  await answer(false, "Client bob is not connected.");
  assert.deepEqual([...el.querySelectorAll(".sio-problem")].map((one) => [one.hidden, one.textContent]), [[true, ""], [false, "Client bob is not connected."]]);
  form.dispatchEvent(new page.Event("submit", { cancelable: true }));
  await answer(true, { text: "sent" });
  assert.equal(el.querySelectorAll(".sio-problem")[1].hidden, true);
});

test("a client of several namespaces chooses one, and its items say theirs", () => {
  const several = [place("a12345678"), place("b12345678", [], "/chat")];
  const el = show(phone("ada", { namespaces: several, items: [item({ namespace: "/chat" })] }));
  const choice = labelled(el, "namespace ada emits in");
  choice.value = "/chat";
  patch({ name: "ada", namespaces: [several[0], place("c12345678", ["den"], "/chat")], items: [] });
  assert.equal(choice.value, "/chat");
  el.querySelector("form").dispatchEvent(new page.Event("submit", { cancelable: true }));
  assert.equal(model.sent.at(-1).given.namespace, "/chat");
  assert.deepEqual(texts(el, ".sio-said .sio-ns"), ["/chat"]);
  assert.match(el.querySelector(".sio-wire-name").textContent, /2 namespaces/);
});

test("Drop and Reconnect ask, once at a time", async () => {
  const el = show(phone("ada"));
  for (const [label, what] of [["Drop ada's connection", "client_drop"], ["Reconnect ada", "client_reconnect"]]) {
    labelled(el, label).click();
    assert.deepEqual([model.sent.at(-1).what, model.sent.at(-1).given], [what, { name: "ada" }]);
    const asks = model.sent.length;
    labelled(el, label).click();
    assert.equal(model.sent.length, asks);
    await answer(true, { text: "done" });
    assert.equal(labelled(el, label).getAttribute("aria-busy"), null);
  }
});

test("the focus goes from Drop, which has nothing to drop any more, to Reconnect", () => {
  const el = show(phone("ada"));
  labelled(el, "Drop ada's connection").focus();
  patch({ name: "ada", connected: false, why: "connection lost", items: [] });
  assert.equal(document.activeElement, labelled(el, "Reconnect ada"));
});

test("a state told anew leaves what is being typed", () => {
  const el = show(phone("ada"), phone("bob"));
  const field = labelled(el, "event for ada to emit");
  field.value = "half";
  model.tell({ k: "state", feed: "panels", number: 3, state: { phones: [phone("ada", { received: 4, items: [item()] }), phone("bob")] } });
  assert.equal(labelled(el, "event for ada to emit"), field);
  assert.equal(field.value, "half");
  assert.equal(el.querySelectorAll(".sio-said").length, 1);
});

test("nothing that clients send is markup", () => {
  const told = item({ event: HOSTILE, args: HOSTILE, namespace: HOSTILE });
  const el = show(phone(HOSTILE, { namespaces: [place(HOSTILE, [HOSTILE], HOSTILE), place("b")], items: [told] }));
  patch({ name: HOSTILE, why: HOSTILE, connected: false, items: [item({ dir: "note", event: "gap", args: HOSTILE })] });
  assert.equal(el.querySelectorAll("img").length, 0);
});

test("nothing is left when the view leaves its page", () => {
  const el = show(phone("ada"));
  leave();
  assert.equal(el.children.length, 0);
  assert.deepEqual(model.sent.slice(-2).map(({ k, on }) => [k, on]), [["want", false], ["gone", undefined]]);
  model.tell({ k: "patches", patches: [{ feed: "panels", from: 0, patch: { phones: [{ name: "ada", items: [item()] }] } }] });
  leave = () => {};
});
