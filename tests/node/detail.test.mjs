import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DetailPane } from "../../sio_lab/views/static/detail.js";
import { button } from "../../sio_lab/views/static/dom.js";
import { Link } from "../../sio_lab/views/static/link.js";
import { answer, fakeModel, later, named, openPage, press } from "./page.mjs";

const ARROW = ["→", "in", "in: from a client"];
const node = (text) => ({ t: "tuple", text, size: 1, items: [[0, { t: "number", text: "1" }]] });
const told = (seq, more = {}) => ({
  ...{ seq, arrow: ARROW, kind: "event", event: "chat", status: "handled", failed: false },
  facts: [["namespace", "/", ""], ["sid", "ada0123", "code"]],
  trees: [{ label: "request.event", node: node("{…}") }, { label: "args", node: node("(1,)") }],
  wire: [["42", "EVENT"], ['["chat",1]', "event and arguments"]],
  ...{ traceback: "", output: "", cause: null, effects: [], ...more },
});

function paneOf(options = {}) {
  const model = fakeModel({});
  const pane = new DetailPane(new Link(model), options);
  document.body.append(pane.root);
  return { model, pane };
}

async function opened(more = {}, options = {}) {
  const { model, pane } = paneOf(options);
  pane.open(7);
  await answer(model, told(7, more));
  return { model, pane };
}

beforeEach(() => openPage());

test("a row is told in full: what it is, its trees, facts and wire text", async () => {
  const { model, pane } = await opened();
  assert.deepEqual(model.sent, [{ k: "ask", ask: 1, what: "detail", given: { seq: 7 } }]);
  assert.equal(pane.heading.textContent, "→eventchathandled");
  assert.equal(pane.number.textContent, "row 7");
  const sections = [...pane.root.querySelectorAll("section")].map((each) => each.getAttribute("aria-label"));
  assert.deepEqual(sections, ["request.event", "args", "wire"]);
  const parts = [...pane.root.querySelectorAll(".sio-part")].map((each) => [...each.children].map((one) => one.textContent));
  assert.deepEqual(parts, [["42", "EVENT"], ['["chat",1]', "event and arguments"]]);
  assert.equal(pane.root.querySelector("dl").textContent, "namespace/sidada0123");
});

test("what failed has its error first, its traceback next, and its mark", async () => {
  const { pane } = await opened({
    ...{ failed: true, status: "raised", traceback: "Traceback\n  <b>1/0</b>", output: "printed" },
    facts: [["error", "division by zero", "failed"]],
  });
  assert.equal(pane.heading.textContent, "→eventchat✕ raised");
  assert.equal(pane.content.firstChild.textContent, "division by zero");
  assert.equal(pane.content.children[1].textContent, "tracebackTraceback\n  <b>1/0</b>");
  assert.equal(pane.root.querySelector("b"), null);
  assert.match(pane.content.textContent, /printedprinted$/);
});

test("cause and effects lead to their rows, and back", async () => {
  const effect = (seq, effects = []) => ({ seq, arrow: ARROW, text: `${seq} emit`, failed: seq === 9, effects });
  const followed = [];
  const options = { opened: (seq) => followed.push(seq) };
  const { model, pane } = await opened({ cause: { seq: 3, text: "3 event" }, effects: [effect(8, [effect(9)]), effect(null)] }, options);
  const links = [...pane.root.querySelectorAll(".sio-link")].map((each) => each.textContent);
  assert.deepEqual(links, ["3 event", "8 emit", "✕ 9 emit"]);
  assert.equal(pane.back.hidden, true);
  named(pane.root, "✕ 9 emit").click();
  await answer(model, told(9));
  assert.equal(pane.number.textContent, "row 9");
  pane.back.click();
  await answer(model, told(7));
  assert.equal(pane.number.textContent, "row 7");
  assert.equal(pane.back.hidden, true);
  assert.deepEqual(followed, [9, 7]);
});

test("of two rows asked for the later one is shown, whichever is told first", async () => {
  const { model, pane } = paneOf();
  pane.open(7);
  pane.open(8);
  model.tell({ k: "answer", ask: 2, ok: true, value: told(8) });
  model.tell({ k: "answer", ask: 1, ok: true, value: told(7) });
  await later();
  assert.equal(pane.number.textContent, "row 8");
});

test("what can't be had is said in the pane, which then shows the next row", async () => {
  const { model, pane } = paneOf();
  pane.open(7);
  await answer(model, "Row 7 has left the log.", false);
  assert.equal(pane.root.querySelector("[role=alert]").textContent, "Row 7 has left the log.");
  pane.open(8);
  await answer(model, told(8));
  assert.equal(pane.root.querySelector("[role=alert]"), null);
});

test("deep values are asked for by row, tree and path", async () => {
  const deep = { t: "array", text: "[…]", size: 1, items: [[0, { t: "array", text: "[…]", size: 99 }]] };
  const { model, pane } = await opened({ trees: [{ label: "args", node: deep }] });
  pane.root.querySelectorAll(".sio-leaf")[1].click();
  assert.deepEqual(model.sent.at(-1), { k: "ask", ask: 2, what: "branch", given: { seq: 7, tree: "args", path: [0], first: 0 } });
});

test("it is copied as Python and as JSON", async () => {
  const copied = [];
  const { model, pane } = await opened();
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: async (text) => copied.push(text) } });
  named(pane.root, "Copy as Python").click();
  assert.deepEqual(model.sent.at(-1).given, { seq: 7, form: "python" });
  await answer(model, "lab.emit('chat', 1)");
  assert.deepEqual(copied, ["lab.emit('chat', 1)"]);
  assert.equal(pane.said.textContent, "copied");
  named(pane.root, "Copy as JSON").click();
  await answer(model, "Row 7 holds bytes: JSON has none.", false);
  assert.equal(pane.said.textContent, "Row 7 holds bytes: JSON has none.");
});

test("where the page may not write the clipboard, the old way is tried, then the text is given to the reader", async () => {
  const { model, pane } = await opened();
  let seen = "";
  document.execCommand = () => {
    seen = document.querySelector("textarea").value;
    return true;
  };
  named(pane.root, "Copy as JSON").click();
  await answer(model, "[1]");
  assert.deepEqual([seen, pane.said.textContent, pane.root.querySelector("textarea")], ["[1]", "copied", null]);
  document.execCommand = () => false;
  named(pane.root, "Copy as JSON").click();
  await answer(model, "[2]");
  assert.equal(pane.root.querySelector("textarea").value, "[2]");
});

test("others may add buttons, and Escape closes it", async () => {
  let closed = 0;
  const replay = (row, pane) => [button(`Replay ${row.seq}`, () => pane.say("replayed"))];
  const { pane } = await opened({}, { actions: replay, closed: () => (closed += 1) });
  assert.deepEqual([...pane.actions.children].map((each) => each.textContent), ["Replay 7", "Copy as Python", "Copy as JSON"]);
  pane.actions.firstChild.click();
  assert.equal(pane.said.textContent, "replayed");
  assert.ok(press(pane.scroller, "Escape"));
  assert.deepEqual([closed, pane.root.hidden, pane.isOpen], [1, true, false]);
});
