import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { mountLanes } from "../../sio_lab/views/static/lanes.js";
import { LANE_ROW, LanePlaces, laneStepDrawn, laneStepSpoken } from "../../sio_lab/views/static/lanes_draw.js";
import { Link } from "../../sio_lab/views/static/link.js";
import { answer, fakeModel, later, named, openPage, press, range, type } from "./page.mjs";

const LANES = [
  { id: 0, label: "server", full: "the server", kind: "server" },
  { id: 2, label: "ada", full: "ada, sid a", kind: "client" },
  { id: 3, label: "ben", full: "ben, sid b", kind: "client" },
];
const step = (seq, more = {}) => ({
  ...{ seq, row: seq, time: "12:00:00.000", kind: "event", look: "in", caption: `event ${seq}` },
  ...{ from: 2, to: [0], failed: 0, ...more },
});
const many = (first, last, more = {}) => range(first, last).map((seq) => step(seq, more));

function opened(steps = many(1, 3), state = {}) {
  const told = { lanes: LANES, steps, earlier: 0, filter: "", keep: 300, ...state };
  const model = fakeModel({ sequence: { number: 0, on: true, state: told } }, { title: "sequence", filter: "" });
  const root = document.createElement("div");
  document.body.append(root);
  const unmount = mountLanes(root, new Link(model), "sequence");
  let number = 0;
  const patch = (change) => {
    model.tell({ k: "patches", patches: [{ feed: "sequence", from: number, patch: { steps: [], gone: [], ...change } }] });
    number += 1;
  };
  const nodes = () => [...root.querySelectorAll(".sio-seq-step")];
  const seqs = () => nodes().map((node) => Number(node.dataset.seq));
  const scroller = root.querySelector(".sio-seq-scroll");
  return { model, root, unmount, patch, nodes, seqs, scroller };
}

beforeEach(() => void openPage());

test("lanes have heads, steps have names, and both are lists to a screen reader", () => {
  const { root, nodes } = opened([step(1, { caption: "chat", args: "'hi'", status: "handled in 2.00 ms" })]);
  assert.deepEqual([...root.querySelectorAll(".sio-seq-head")].map((head) => head.textContent), ["server", "ada", "ben"]);
  assert.equal(root.querySelector("[role=list]").getAttribute("aria-label"), "steps, oldest first");
  assert.equal(nodes()[0].getAttribute("role"), "listitem");
  const spoken = "event chat, from ada to server, arguments 'hi', handled in 2.00 ms, 12:00:00.000";
  assert.equal(nodes()[0].getAttribute("aria-label"), spoken);
});

test("steps that come are added, and those that are there stay the same elements", () => {
  const { nodes, patch, seqs } = opened();
  const before = nodes();
  patch({ steps: [step(4), step(5)] });
  patch({ steps: [step(5)] });
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5]);
  assert.deepEqual(nodes().slice(0, 3), before);
  assert.equal(nodes()[4].getAttribute("transform"), `translate(0 ${4 * LANE_ROW})`);
});

test("a step that changes is drawn anew in its place, and keeps the focus", () => {
  const { nodes, patch } = opened([step(1, { status: "running" })]);
  nodes()[0].focus();
  patch({ steps: [step(1, { status: "raised", failed: 1, aside: "KeyError" })] });
  assert.equal(document.activeElement, nodes()[0]);
  assert.match(nodes()[0].getAttribute("class"), /sio-seq-failed/);
  assert.match(nodes()[0].textContent, /✕ event 1.*KeyError/);
});

test("at most so many steps are in the page, the newest", () => {
  const { patch, seqs, root } = opened(many(1, 8), { keep: 10 });
  patch({ steps: many(9, 14) });
  assert.deepEqual(seqs(), range(5, 14));
  assert.equal(root.querySelector(".sio-seq-sheet").getAttribute("height"), String(10 * LANE_ROW + 8));
});

test("steps out of sight have a name and no picture", () => {
  const { nodes } = opened(many(1, 100));
  assert.equal(nodes()[5].childElementCount, 0);
  assert.ok(nodes()[5].getAttribute("aria-label"));
  assert.ok(nodes()[99].childElementCount > 2);
});

test("steps that are gone go, and one that passes late stands where it happened", () => {
  const { patch, seqs, nodes } = opened(many(1, 4));
  patch({ gone: [2] });
  assert.deepEqual(seqs(), [1, 3, 4]);
  patch({ steps: [step(2)] });
  assert.deepEqual(seqs(), [1, 2, 3, 4]);
  assert.equal(nodes()[3].getAttribute("transform"), `translate(0 ${3 * LANE_ROW})`);
});

test("what was left out of a burst is told by a line", () => {
  const { patch, root } = opened();
  patch({ steps: [step(90)], skipped: 70, before: 90 });
  assert.match(root.querySelector(".sio-seq-gap").textContent, /70 steps in between/);
});

test("a patch of all replaces all", () => {
  const { patch, seqs, root } = opened();
  patch({ whole: true, lanes: LANES.slice(0, 2), steps: many(7, 8), earlier: 6 });
  assert.deepEqual(seqs(), [7, 8]);
  assert.equal(root.querySelectorAll(".sio-seq-head").length, 2);
  assert.match(root.querySelector(".sio-count").textContent, /2 steps, 6 earlier/);
});

test("an emit to several is one line with a head at every recipient", () => {
  const { root } = opened([step(1, { kind: "emit", look: "out", caption: "chat", from: 0, to: [2, 3] })]);
  assert.equal(root.querySelectorAll(".sio-seq-step .sio-seq-stem").length, 1);
  assert.equal(root.querySelector(".sio-seq-tips").getAttribute("d").split("M").length - 1, 2);
});

test("directions, acks and failures differ in their strokes, not in colour alone", () => {
  const places = new LanePlaces(LANES, 900);
  const marks = (more) => laneStepDrawn(step(1, more), places).map((part) => part.getAttribute("class"));
  assert.ok(marks({}).includes("sio-seq-full"));
  assert.ok(marks({ look: "out", from: 0, to: [2] }).includes("sio-seq-tips"));
  assert.ok(marks({ failed: 1 }).includes("sio-seq-cross"));
  assert.match(laneStepSpoken(step(1, { failed: 1 }), places), /^failed, /);
});

test("far from the server, a step is named at both of its ends", () => {
  const lanes = [LANES[0], ...range(2, 30).map((id) => ({ id, label: `client ${id}`, full: "", kind: "client" }))];
  const places = new LanePlaces(lanes, 900);
  const texts = (more) => laneStepDrawn(step(1, { caption: "chat", ...more }), places).map((part) => part.textContent);
  assert.ok(texts({ from: 29 }).includes("chat from client 29"));
  assert.ok(texts({ from: 0, to: [29], look: "out" }).includes("chat to client 29"));
  assert.ok(texts({ from: 29, to: [], look: "note" }).includes("client 29 chat"));
  assert.ok(!texts({ from: 3 }).includes("chat from client 3"));
});

test("the end is followed until the reader looks at older steps", () => {
  const { scroller, patch, root } = opened(many(1, 40));
  Object.defineProperty(scroller, "scrollHeight", { configurable: true, get: () => 1164 });
  assert.ok(scroller.scrollTop > 0);
  scroller.scrollTop = 100;
  scroller.dispatchEvent(new window.Event("scroll"));
  patch({ steps: many(41, 43) });
  assert.equal(scroller.scrollTop, 100);
  const newer = root.querySelector(".sio-seq-newer");
  assert.equal(newer.textContent, "3 new ↓");
  assert.equal(newer.hidden || newer.hasAttribute("hidden"), false);
  newer.click();
  assert.ok(scroller.scrollTop > 100);
  assert.equal(newer.hidden, true);
});

test("arrow keys go from step to step, and one step alone is reached by Tab", () => {
  const { nodes } = opened();
  const tabs = () => nodes().map((node) => node.getAttribute("tabindex"));
  assert.deepEqual(tabs(), ["-1", "-1", "0"]);
  nodes()[2].focus();
  assert.equal(press(nodes()[2], "ArrowUp"), true);
  assert.equal(document.activeElement, nodes()[1]);
  press(nodes()[1], "Home");
  assert.equal(document.activeElement, nodes()[0]);
  assert.deepEqual(tabs(), ["0", "-1", "-1"]);
  press(nodes()[0], "ArrowUp");
  assert.equal(document.activeElement, nodes()[0]);
  press(nodes()[0], "End");
  assert.equal(document.activeElement, nodes()[2]);
  assert.equal(press(nodes()[2], "x"), false);
});

test("what a step carries is shown beside it as text", () => {
  const evil = "<img src=x onerror=alert(1)>";
  const { root, nodes } = opened([step(1, { caption: evil, args: evil, note: evil, aside: evil })]);
  nodes()[0].dispatchEvent(new window.MouseEvent("pointermove", { bubbles: true }));
  const tip = root.querySelector("[role=tooltip]");
  assert.equal(tip.hidden, false);
  assert.ok(tip.textContent.includes(evil));
  assert.equal(root.querySelector("img"), null);
  root.querySelector(".sio-seq-sheet").dispatchEvent(new window.MouseEvent("pointerleave"));
  assert.equal(tip.hidden, true);
});

test("Enter or a click opens the detail of the row, of an ack that of its event", () => {
  const { model, root, nodes } = opened([step(1), step(2, { kind: "ack", row: 1 }), step(3)]);
  const asked = () => model.sent.filter(({ what }) => what === "detail").map(({ given }) => given.seq);
  press(nodes()[1], "Enter");
  assert.deepEqual(asked(), [1]);
  assert.equal(root.querySelector(".sio-seq-detail").hidden, false);
  nodes()[2].dispatchEvent(new window.MouseEvent("click", { bubbles: true }));
  assert.deepEqual(asked(), [1, 3]);
  assert.equal(nodes()[1].getAttribute("aria-current"), null);
  assert.equal(nodes()[2].getAttribute("aria-current"), "true");
  press(nodes()[2], "Escape");
  assert.equal(root.querySelector(".sio-seq-detail").hidden, true);
});

test("while it is stopped, what comes waits", () => {
  const { root, patch, seqs } = opened();
  named(root, "Pause").click();
  patch({ steps: many(4, 6) });
  patch({ gone: [1] });
  assert.deepEqual(seqs(), [1, 2, 3]);
  assert.match(root.querySelector(".sio-count").textContent, /3 waiting/);
  named(root, "Resume").click();
  assert.deepEqual(seqs(), [2, 3, 4, 5, 6]);
  named(root, "Pause").click();
  patch({ whole: true, lanes: LANES, steps: many(8, 9) });
  patch({ steps: [step(10)] });
  assert.deepEqual(seqs(), [2, 3, 4, 5, 6]);
  named(root, "Resume").click();
  assert.deepEqual(seqs(), [8, 9, 10]);
});

test("a filter is asked for once, and what is wrong with it is said", async () => {
  const { root, model } = opened();
  const field = root.querySelector("input");
  type(field, "kind:e");
  type(field, "kind:emit");
  press(field, "Enter");
  await later();
  const wanted = model.sent.filter(({ k }) => k === "want");
  assert.deepEqual(wanted, [{ k: "want", feed: "sequence", filter: "kind:emit" }]);
  model.tell({ k: "problem", feed: "sequence", problem: "there is no key evnt" });
  assert.equal(root.querySelector("[role=alert]").textContent, "there is no key evnt");
  assert.equal(field.getAttribute("aria-invalid"), "true");
  model.tell({ k: "state", feed: "sequence", number: 1, state: { lanes: LANES, steps: [], filter: "kind:emit", keep: 300 } });
  assert.equal(root.querySelector("[role=alert]").hidden, true);
  assert.equal(field.getAttribute("aria-invalid"), null);
  assert.equal(root.querySelector(".sio-seq-empty").textContent, "no step matches");
});

test("the Mermaid text is shown, to be copied or downloaded", async () => {
  const { root, model } = opened();
  named(root, "Mermaid").click();
  await answer(model, "sequenceDiagram\n");
  assert.equal(root.querySelector("textarea").value, "sequenceDiagram\n");
  named(root, "Copy").click();
  await later();
  assert.match(root.querySelector(".sio-seq-saved [role=status]").textContent, /Ctrl\+C/);
  named(root, "Close").click();
  assert.equal(root.querySelector("textarea"), null);
});

test("what can't be exported says why", async () => {
  const { root, model } = opened();
  named(root, "SVG").click();
  await answer(model, "the log is empty", false);
  assert.equal(root.querySelector("[role=alert]").textContent, "the log is empty");
});

test("nothing is left when it goes", () => {
  const { root, model, unmount } = opened();
  unmount();
  assert.equal(root.childElementCount, 0);
  assert.deepEqual(model.sent.at(-1), { k: "want", feed: "sequence", on: false });
});
