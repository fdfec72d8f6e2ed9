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

const labelled = (root, label) => root.querySelector(`[aria-label="${label}"]`);

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
  const texts = [...pane.content.children].map((each) => each.textContent).filter(Boolean);
  assert.deepEqual(texts.slice(0, 2), ["division by zero", "tracebackTraceback\n  <b>1/0</b>"]);
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
  labelled(pane.root, "Copy as Python").click();
  assert.deepEqual(model.sent.at(-1).given, { seq: 7, form: "python" });
  await answer(model, "lab.emit('chat', 1)");
  assert.deepEqual(copied, ["lab.emit('chat', 1)"]);
  assert.equal(pane.said.textContent, "copied");
  labelled(pane.root, "Copy as JSON").click();
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
  labelled(pane.root, "Copy as JSON").click();
  await answer(model, "[1]");
  assert.deepEqual([seen, pane.said.textContent, pane.root.querySelector("textarea")], ["[1]", "copied", null]);
  document.execCommand = () => false;
  labelled(pane.root, "Copy as JSON").click();
  await answer(model, "[2]");
  assert.equal(pane.root.querySelector("textarea").value, "[2]");
});

test("others may add buttons, and Escape closes it", async () => {
  let closed = 0;
  const replay = (row, pane) => [button(`Replay ${row.seq}`, () => pane.say("replayed"))];
  const { pane } = await opened({}, { actions: replay, closed: () => (closed += 1) });
  assert.deepEqual([...pane.actions.children].map((each) => each.textContent), ["Replay 7", "CopyPythonJSON"]);
  pane.actions.firstChild.click();
  assert.equal(pane.said.textContent, "replayed");
  assert.ok(press(pane.scroller, "Escape"));
  assert.deepEqual([closed, pane.root.hidden, pane.isOpen], [1, true, false]);
});

const REASONS = [
  { name: "no handler", what: "Nothing answers <b>caht</b>.", evidence: "row 7", next: "Define one:", code: "@socketio.on('caht')", failed: 1 },
  { name: "no ack", what: "ada waits.", evidence: "", next: "Nothing to do.", code: "", failed: 0 },
];

test("why is asked where it is offered, and shown below the error", async () => {
  const { model, pane } = await opened({ can: ["why"], facts: [["error", "no handler", "failed"]] });
  assert.deepEqual(model.sent.at(-1), { k: "ask", ask: 2, what: "why", given: { seq: 7 } });
  await answer(model, { headline: "No handler ran.", reasons: REASONS });
  const section = labelled(pane.root, "why");
  const items = [...section.querySelectorAll("li")].map((each) => [...each.children].map((one) => one.textContent));
  assert.deepEqual(items, [
    ["✕ no handler Nothing answers <b>caht</b>.", "row 7", "next Define one:", "@socketio.on('caht')"],
    ["no ack ada waits.", "next Nothing to do."],
  ]);
  assert.equal(section.querySelector("b"), null);
  assert.equal(section.parentElement.previousElementSibling.textContent, "no handler");
});

test("where nothing went wrong there is no why, and an answer that comes late is of no matter", async () => {
  const { model, pane } = await opened({ can: ["why"] });
  await answer(model, { headline: "It was handled.", reasons: [] });
  assert.equal(labelled(pane.root, "why"), null);
  pane.open(8);
  await answer(model, told(8, { can: ["why"] }));
  const late = model.sent.at(-1).ask;
  pane.open(9);
  await answer(model, told(9));
  model.tell({ k: "answer", ask: late, ok: true, value: { headline: "", reasons: REASONS } });
  await later();
  assert.equal(labelled(pane.root, "why"), null);
});

test("a replay is shown above all, what differs in two columns, the rest folded", async () => {
  const { model, pane } = await opened({ can: ["replay"] });
  const replay = named(pane.root, "Replay");
  replay.click();
  replay.click();
  assert.equal(pane.said.textContent, "replaying…");
  assert.equal(replay.getAttribute("aria-busy"), "true");
  assert.deepEqual(model.sent.filter((each) => each.what === "replay").length, 1, "one at a time");
  const differing = [["status", "raised", "handled"], ["ack", "", "'<i>sent</i>'"]];
  await answer(model, { differing, same: [["joins", "lobby", "lobby"]], notes: ["ada has left: a stand-in took its place"] });
  const section = labelled(pane.root, "replay");
  assert.equal(pane.content.textContent.indexOf("replay: 2 parts differ"), 0);
  const rows = [...section.querySelectorAll("tbody tr")].map((each) => [...each.children].map((one) => one.textContent));
  assert.deepEqual(rows, [["status", "raised", "handled"], ["ack", "–", "'<i>sent</i>'"]]);
  assert.equal(section.querySelector("i"), null);
  const fold = section.querySelector("details");
  assert.deepEqual([fold.open, fold.querySelector("summary").textContent], [false, "1 part is the same"]);
  assert.match(section.textContent, /stand-in took its place$/);
  assert.equal(document.activeElement, section);
  assert.equal(replay.hasAttribute("aria-busy"), false);
  replay.click();
  await answer(model, { differing: [], same: [["ack", "1", "1"], ["joins", "", ""]], notes: [] });
  assert.match(labelled(pane.root, "replay").textContent, /^replay: nothing differs2 parts are the same/);
});

test("a replay that fails is said, and another row takes nothing of it", async () => {
  const { model, pane } = await opened({ can: ["replay"] });
  named(pane.root, "Replay").click();
  await answer(model, "The handler did not end within 5 s.", false);
  assert.equal(pane.said.textContent, "The handler did not end within 5 s.");
  named(pane.root, "Replay").click();
  const { ask } = model.sent.at(-1);
  pane.open(8);
  await answer(model, told(8));
  model.tell({ k: "answer", ask, ok: true, value: { differing: [], same: [], notes: [] } });
  await later();
  assert.equal(labelled(pane.root, "replay"), null);
  assert.equal(pane.said.textContent, "");
});

test("commands are copied, which says why no click runs them", async () => {
  const copied = [];
  const { pane } = await opened({ can: ["debug", "rerun"] });
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: async (text) => copied.push(text) } });
  const debug = labelled(pane.root, "Copy %sio debug 7");
  assert.match(debug.title, /needs the cell/);
  debug.click();
  named(pane.root, "%sio rerun 7").click();
  await later();
  assert.deepEqual(copied, ["%sio debug 7", "%sio rerun 7"]);
});

test("a test is a file to keep, or a text where the page may keep none", async () => {
  const { model, pane } = await opened({ can: ["export"] });
  const { createObjectURL, revokeObjectURL } = URL;
  const kept = [];
  URL.createObjectURL = (blob) => `blob:${kept.push(blob)}`;
  URL.revokeObjectURL = () => {};
  window.HTMLAnchorElement.prototype.click = function () {
    kept.push(this.download);
  };
  try {
    named(pane.root, "Export test").click();
    assert.deepEqual(model.sent.at(-1).given, { seq: 7, form: "pytest" });
    await answer(model, { name: "test_ada.py", text: "def test(): ..." });
    assert.deepEqual([await kept[0].text(), kept[1]], ["def test(): ...", "test_ada.py"]);
    assert.match(pane.said.textContent, /test_ada.py/);
    URL.createObjectURL = undefined;
    named(pane.root, "Export test").click();
    await answer(model, { name: "test_ada.py", text: "def test(): ..." });
    assert.equal(pane.root.querySelector("textarea").value, "def test(): ...");
  } finally {
    Object.assign(URL, { createObjectURL, revokeObjectURL });
  }
});

test("what is not offered has no button", async () => {
  const { model, pane } = await opened({ can: [] });
  assert.deepEqual([...pane.actions.querySelectorAll("button")].map((each) => each.textContent), ["Python", "JSON"]);
  assert.deepEqual(model.sent.map((each) => each.what), ["detail"]);
});

test("a WebSocket's handshake is shown as text, both halves of it", async () => {
  const request = "GET /<b>echo</b> HTTP/1.1\nHost: x";
  const { pane } = await opened({ handshake: [["request", request], ["response", "HTTP/1.1 101"]], trees: [], wire: [] });
  const shown = ["request", "response"].map((label) => labelled(pane.root, label).querySelector("pre").textContent);
  assert.deepEqual(shown, [request, "HTTP/1.1 101"]);
  assert.equal(pane.root.querySelector("b"), null);
});
