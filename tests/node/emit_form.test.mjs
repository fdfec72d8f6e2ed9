// The emit form: what it asks, and what it says.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { mountEmitForm } from "../../sio_lab/views/static/emit_form.js";
import { Link } from "../../sio_lab/views/static/link.js";
import { fakeModel, openPage } from "./page.mjs";

const READ = { ok: true, problem: "", excerpt: "", place: null, args: "{'data': 42}" };
const WRONG = { ok: false, problem: "A comma is expected here.", excerpt: "[1 2]\n   ^", place: 9, args: "" };

let model, view, unmount, answers;

beforeEach(() => {
  openPage();
  answers = {
    reach: () => ({ text: "would reach ada, bob (2 clients in /)", sids: ["a", "b"], names: ["ada", "bob"] }),
    suggest: () => ({ events: [["chat", "emitted"]], who: [["client:ada", "x"]], namespaces: [["/chat", "1 client"]] }),
    check: () => READ,
    emit: () => ({ text: "chat → ada, bob (2 clients in /)" }),
  };
  model = fakeModel({ status: { number: 0, on: true, state: { counts: { clients: 2, rooms: 1 } } } });
  view = document.createElement("div");
  view.className = "sio-lab sio-live";
  const root = document.createElement("div");
  view.append(root);
  document.body.append(view);
  unmount = mountEmitForm(root, new Link(model));
});

afterEach(() => unmount());

const field = (name) => view.querySelector(`[aria-label="${name}"]:is(input, textarea)`) ?? view.querySelector("textarea");
const reach = () => view.querySelector(".sio-form-reach").textContent;
const outcome = () => view.querySelector(".sio-form-outcome").textContent;
const asked = (what) => model.sent.filter((message) => message.what === what).map((message) => message.given);
const sendButton = () => view.querySelector(".sio-primary");

/** Answer what was asked, until nothing more is; first let the patience of the fields run out. */
async function settle(ms = 300) {
  await new Promise((resolve) => setTimeout(resolve, ms));
  for (const message of model.sent.filter((each) => each.k === "ask" && !each.answered)) {
    message.answered = true;
    try {
      model.tell({ k: "answer", ask: message.ask, ok: true, value: answers[message.what](message.given) });
    } catch (error) {
      model.tell({ k: "answer", ask: message.ask, ok: false, value: error.message });
    }
  }
  await new Promise((resolve) => setImmediate(resolve));
}

function type(name, text) {
  field(name).value = text;
  field(name).dispatchEvent(new Event("input", { bubbles: true }));
}

test("who would be reached is said at once", async () => {
  await settle(0);
  assert.deepEqual(asked("reach"), [{ to: "", skip: "", namespace: "" }]);
  assert.equal(reach(), "←would reach ada, bob (2 clients in /)");
});

test("the preview follows the fields, and asks once for what is typed fast", async () => {
  await settle(0);
  for (const text of ["a", "ad", "ada"]) type("to", text);
  answers.reach = ({ to }) => ({ text: `would reach ${to} (1 client in /)`, sids: ["a"], names: ["ada"] });
  await settle();
  assert.deepEqual(asked("reach").slice(1), [{ to: "ada", skip: "", namespace: "" }]);
  assert.equal(reach(), "←would reach ada (1 client in /)");
});

test("why nobody would be reached is said in words", async () => {
  answers.reach = () => ({ text: "would reach nobody in /: nobody is connected", sids: [], names: [] });
  await settle(0);
  assert.equal(reach(), "○would reach nobody in /: nobody is connected");
  answers.reach = () => { throw new Error("'zoe' names no client"); };
  type("to", "zoe");
  await settle();
  assert.equal(reach(), "✕'zoe' names no client");
});

test("who comes and goes changes the preview", async () => {
  await settle(0);
  model.tell({ k: "patches", patches: [{ feed: "status", from: 0, patch: { counts: { clients: 3, rooms: 1 } } }] });
  model.tell({ k: "patches", patches: [{ feed: "status", from: 1, patch: { notes: [] } }] });
  await settle();
  assert.equal(asked("reach").length, 2);
});

test("arguments are checked while typing", async () => {
  answers.check = () => WRONG;
  type("arguments", "hello\n[1 2]");
  await settle();
  const args = field("arguments");
  assert.equal(args.getAttribute("aria-invalid"), "true");
  const note = document.getElementById(args.getAttribute("aria-describedby"));
  assert.match(note.textContent, /line 2, column 4: A comma is expected here/);
  assert.match(note.querySelector("pre").textContent, /\[1 2\]\n {3}\^/);
  note.querySelector("button").click();
  assert.deepEqual([args.selectionStart, args.selectionEnd], [9, 10]);
  answers.check = () => READ;
  type("arguments", '{"data": 42}');
  await settle();
  assert.equal(args.getAttribute("aria-invalid"), "false");
  assert.equal(note.textContent, "sends {'data': 42}");
  type("arguments", " ");
  assert.equal(note.hidden, true);
});

test("send says what came of it", async () => {
  type("event", "chat");
  type("arguments", "1 2");
  type("skip", "bob");
  sendButton().click();
  sendButton().click();
  assert.deepEqual(asked("emit"), [{ event: "chat", args_text: "1 2", to: "", skip: "bob", namespace: "", ack: false }]);
  assert.equal(sendButton().textContent, "Sending…");
  await settle();
  assert.equal(outcome(), "✓ chat → ada, bob (2 clients in /)");
  assert.equal(sendButton().textContent, "Send");
});

test("Ctrl+Enter and Cmd+Enter send, and run no cell", async () => {
  let heard = 0;
  document.addEventListener("keydown", () => (heard += 1), { once: true });
  type("event", "chat");
  for (const key of [{ ctrlKey: true }, { metaKey: true }]) {
    field("event").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...key }));
    await settle(0);
  }
  assert.equal(asked("emit").length, 2);
  assert.equal(heard, 0);
});

test("without an event nothing is sent", () => {
  sendButton().click();
  assert.deepEqual(asked("emit"), []);
  assert.match(outcome(), /Which event/);
  assert.equal(document.activeElement, field("event"));
});

test("what can't be sent says why", async () => {
  answers.emit = () => { throw new Error("boom: <b>no</b>"); };
  type("event", "boom");
  sendButton().click();
  await settle();
  assert.equal(outcome(), "✕ boom: <b>no</b>");
  assert.equal(view.querySelector(".sio-form-outcome b"), null);
});

test("an ack is wanted of one client", async () => {
  await settle(0);
  view.querySelector("[type=checkbox]").click();
  await settle(0);
  assert.match(reach(), /✕An ack is one client's.*would reach ada, bob/);
  answers.reach = () => ({ text: "would reach ada (1 client in /)", sids: ["a"], names: ["ada"] });
  answers.emit = () => ({ text: "quiz acknowledged: 4" });
  type("to", "ada");
  type("event", "quiz");
  await settle();
  assert.equal(reach(), "←would reach ada (1 client in /)");
  sendButton().click();
  assert.equal(sendButton().textContent, "Waiting…");
  await settle();
  assert.equal(asked("emit")[0].ack, true);
  assert.equal(outcome(), "✓ quiz acknowledged: 4");
});

test("others in the view fill it", async () => {
  const row = document.createElement("i");
  view.prepend(row);
  view.querySelector(".sio-form-toggle").click();
  assert.equal(view.querySelector(".sio-form-body").hidden, true);
  const detail = { to: ["client:ada", "room:my room"], skip: "bob", namespace: "/chat" };
  row.dispatchEvent(new CustomEvent("sio-emit-to", { bubbles: true, detail }));
  assert.deepEqual(["to", "skip", "namespace"].map((name) => field(name).value), ['client:ada, room:"my room"', "bob", "/chat"]);
  assert.equal(view.querySelector(".sio-form-body").hidden, false);
  assert.equal(document.activeElement, field("event"));
  row.dispatchEvent(new CustomEvent("sio-emit-to", { bubbles: true, detail: { to: null } }));
  assert.deepEqual(["to", "skip", "namespace"].map((name) => field(name).value), ["", "", ""]);
});

test("nothing is left when it goes", async () => {
  type("to", "ada");
  type("arguments", "1");
  const before = model.sent.filter((message) => message.k === "ask").length;
  unmount();
  await settle();
  assert.equal(model.sent.filter((message) => message.k === "ask").length, before);
  assert.equal(view.querySelector(".sio-form"), null);
  view.dispatchEvent(new CustomEvent("sio-emit-to", { detail: { to: "ada" } }));
});
