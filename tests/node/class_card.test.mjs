// The class's card, and its line in the dashboard, with a stand-in for the kernel.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { mountClass } from "../../sio_lab/views/static/class_card.js";
import { mountClassLine } from "../../sio_lab/views/static/class_line.js";
import { Link } from "../../sio_lab/views/static/link.js";
import { answer, fakeModel, later, named, openPage, press, type } from "./page.mjs";

const LINK = "http://192.168.1.5:5000/";
const ODD = "<img src=x onerror=alert(1)>";
const ADA = ["eio-1", "Ada", "Ada"];
const CLASS = { open: true, invitation: 0, links: [LINK], paused: false, locked: false, rate: 100, count: 1, students: [ADA], more: 0 };
const INVITATION = { link: LINK, others: [], code: "ABCD-2345", size: 41, path: "M4 4h7v1h-7z" };

let model, root, unmount, number;

function open(state = CLASS, mount = mountClass) {
  openPage();
  number = 0;
  model = fakeModel({ class: { number: 0, on: true, state } }, {});
  root = document.createElement("div");
  root.className = "sio-live";
  document.body.append(root);
  unmount = mount(root, new Link(model), "class");
}

beforeEach(() => open());
afterEach(() => unmount());

const part = (name) => root.querySelector(`.sio-class-${name}`);
const asked = () => model.sent.filter((message) => message.k === "ask").map(({ what, given }) => [what, given]);

function patch(parts) {
  model.tell({ k: "patches", patches: [{ feed: "class", from: number, patch: parts }] });
  number += 1;
}

test("link, code and QR are asked for, and shown", async () => {
  assert.deepEqual(asked(), [["invitation", {}]]);
  await answer(model, INVITATION);
  assert.equal(part("link").textContent, "http://192.168.1.5:5000");
  assert.equal(part("code").textContent, "ABCD-2345");
  const qr = root.querySelector(".sio-qr");
  assert.deepEqual([qr.getAttribute("viewBox"), qr.querySelector("path").getAttribute("d")], ["0 0 41 41", "M4 4h7v1h-7z"]);
  assert.deepEqual([qr.querySelector("rect").getAttribute("fill"), qr.querySelector("path").getAttribute("fill")], ["#fff", "#000"]);
  assert.equal(part("others").hidden, true);
});

test("another network's address is told, too", async () => {
  await answer(model, { ...INVITATION, others: ["http://10.0.0.2:5000/"] });
  assert.match(part("others").textContent, /try http:\/\/10\.0\.0\.2:5000\//);
});

test("a new code is asked for anew, and an old answer is not shown", async () => {
  const { ask } = model.sent.findLast((message) => message.k === "ask");
  patch({ invitation: 1 });
  assert.equal(asked().length, 2);
  model.tell({ k: "answer", ask, ok: true, value: INVITATION });
  await later();
  assert.equal(part("code").textContent, "");
  await answer(model, { ...INVITATION, code: "NEWC-2345" });
  assert.equal(part("code").textContent, "NEWC-2345");
});

test("where there is no answer it says why, and asks again", async () => {
  await answer(model, "The class has ended", false);
  assert.match(root.querySelector(".sio-class-stage .sio-problem").textContent, /✕ The class has ended/);
  patch({ count: 0, students: [] });
  assert.equal(asked().length, 2);
});

test("who is in is told by name, and names are text", () => {
  patch({ count: 2, students: [ADA, ["eio-2", ODD, ODD]] });
  assert.equal(part("count").textContent, "2 students in");
  const chips = [...root.querySelectorAll(".sio-class-name")];
  assert.deepEqual(chips.map((chip) => chip.textContent), ["Ada", ODD]);
  assert.equal(root.querySelector("img"), null);
  assert.equal(chips[1].firstChild.localName, "bdi");
  patch({ count: 1, students: [["eio-2", "Grace", "Grace"]] });
  assert.deepEqual([...root.querySelectorAll(".sio-class-name")], [chips[1]]);
  assert.equal(chips[1].textContent, "Grace");
  assert.equal(part("count").textContent, "1 student in");
});

test("more students than are told are counted", () => {
  patch({ count: 121, more: 120 });
  assert.match(part("who").textContent, /and 120 more/);
});

test("pause and lock are switches, and say what holds", async () => {
  named(root, "Pause").click();
  assert.deepEqual(asked().at(-1), ["pause", {}]);
  await answer(model, { text: "Paused: events of students are refused." });
  assert.match(part("said").textContent, /Paused/);
  patch({ paused: true, locked: true });
  assert.match(part("state").textContent, /Paused.*Locked/);
  assert.equal(named(root, "Resume").getAttribute("aria-pressed"), "true");
  named(root, "Resume").click();
  named(root, "Unlock").click();
  assert.deepEqual(asked().slice(-2).map(([what]) => what), ["resume", "unlock"]);
});

test("a limit is set, and taken away by an empty field", async () => {
  const field = part("rate");
  assert.equal(field.value, "100");
  type(field, "5");
  named(root, "Set").click();
  assert.deepEqual(asked().at(-1), ["limit", { per_second: 5 }]);
  type(field, "");
  press(field, "Enter");
  assert.deepEqual(asked().at(-1), ["limit", { per_second: null }]);
  await answer(model, "A limit is a number", false);
  assert.match(part("controls").textContent, /✕ A limit is a number/);
});

test("a limit that is being typed stays as it is", () => {
  part("rate").focus();
  type(part("rate"), "7");
  patch({ rate: 50 });
  assert.equal(part("rate").value, "7");
});

test("a text for all is sent once, and its field is empty then", async () => {
  named(root, "Announce").click();
  assert.equal(asked().length, 1);
  type(part("text"), " Five more minutes ");
  press(part("text"), "Enter");
  assert.deepEqual(asked().at(-1), ["announce", { text: "Five more minutes" }]);
  await answer(model, { text: "Announced to 1 student." });
  assert.equal(part("text").value, "");
});

test("a student is chosen, renamed, and let be by Escape", async () => {
  const chip = root.querySelector(".sio-class-name");
  chip.click();
  assert.equal(chip.getAttribute("aria-pressed"), "true");
  named(root, "Rename…").click();
  const field = root.querySelector("[aria-label='new name']");
  type(field, "Grace");
  press(field, "Enter");
  assert.deepEqual(asked().at(-1), ["rename_student", { eio_sid: "eio-1", name: "Grace" }]);
  await answer(model, { text: "Ada is called Grace from now on." });
  assert.equal(part("bar").hidden, true);
  chip.click();
  named(root, "Rename…").focus();
  press(part("bar"), "Escape");
  assert.equal(part("bar").hidden, true);
  assert.equal(document.activeElement, chip);
});

test("a student is sent out after a question", async () => {
  root.querySelector(".sio-class-name").click();
  named(root, "Send out…").click();
  assert.equal(asked().length, 1);
  assert.equal(document.activeElement, named(root, "Cancel"));
  named(root, "Send out").click();
  assert.deepEqual(asked().at(-1), ["kick_student", { eio_sid: "eio-1" }]);
  patch({ count: 0, students: [] });
  assert.equal(part("bar").hidden, true);
});

test("when the class ends nothing of the code stays", async () => {
  await answer(model, INVITATION);
  patch({ open: false });
  assert.match(part("ended").textContent, /The class has ended/);
  assert.doesNotMatch(root.textContent, /ABCD/);
  assert.equal(root.querySelector(".sio-qr"), null);
  assert.equal(part("controls").hidden, true);
  patch({ open: true, invitation: 1 });
  await answer(model, { ...INVITATION, code: "NEWC-2345" });
  assert.equal(part("code").textContent, "NEWC-2345");
});

test("nothing is left when it goes", () => {
  unmount();
  assert.equal(root.childElementCount, 0);
  assert.equal(model.sent.at(-1).on, false);
});

test("the dashboard's line has link and count, and the card on a click", async () => {
  unmount();
  open(CLASS, mountClassLine);
  assert.match(part("line").textContent, /Class at http:\/\/192\.168\.1\.5:5000\/1 student in/);
  assert.equal(asked().length, 0);
  named(root, "Show code and QR").click();
  await answer(model, INVITATION);
  assert.equal(part("code").textContent, "ABCD-2345");
  named(root, "Hide code and QR").click();
  assert.equal(root.querySelector(".sio-qr"), null);
  patch({ count: 3, paused: true });
  assert.match(part("line").textContent, /3 students in · paused/);
});

test("without a class the dashboard has no line", () => {
  unmount();
  open({ open: false }, mountClassLine);
  assert.equal(part("line").hidden, true);
  patch(CLASS);
  assert.equal(part("line").hidden, false);
});
