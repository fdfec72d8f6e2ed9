import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Link, widget } from "../../sio_lab/views/static/link.js";
import { fakeModel, openPage } from "./page.mjs";

const feed = (state, on = true) => ({ number: 5, on, state });
const follower = () => {
  const heard = [];
  return {
    heard,
    state: (state) => heard.push(["state", state]),
    patch: (patch) => heard.push(["patch", patch]),
    problem: (problem) => heard.push(["problem", problem]),
  };
};

beforeEach(() => openPage());

test("a follower is told the state, then what changes", () => {
  const model = fakeModel({ traffic: feed("all") });
  const one = follower();
  new Link(model).follow("traffic", one);
  model.tell({ k: "patches", patches: [{ feed: "traffic", from: 5, patch: "more" }] });
  assert.deepEqual(one.heard, [["state", "all"], ["patch", "more"]]);
  assert.deepEqual(model.sent, []);
});

test("after a gap the state is asked for, once", () => {
  const model = fakeModel({ traffic: feed("all") });
  const one = follower();
  new Link(model).follow("traffic", one);
  for (const from of [7, 8]) model.tell({ k: "patches", patches: [{ feed: "traffic", from, patch: "lost" }] });
  assert.deepEqual(model.sent, [{ k: "sync", feed: "traffic" }]);
  model.tell({ k: "state", feed: "traffic", number: 9, state: "anew" });
  model.tell({ k: "patches", patches: [{ feed: "traffic", from: 9, patch: "next" }] });
  assert.deepEqual(one.heard, [["state", "all"], ["state", "anew"], ["patch", "next"]]);
});

test("a feed that nobody follows is not sent", () => {
  const model = fakeModel({ rooms: feed(null, false) });
  const link = new Link(model);
  const leave = link.follow("rooms", follower());
  assert.deepEqual(model.sent, [{ k: "want", feed: "rooms", on: true }]);
  leave();
  assert.deepEqual(model.sent.at(-1), { k: "want", feed: "rooms", on: false });
});

test("questions are answered in any order, and refused with a reason", async () => {
  const model = fakeModel({});
  const link = new Link(model);
  const [first, second] = [link.ask("detail", { seq: 1 }), link.ask("copy")];
  model.tell({ k: "answer", ask: 2, ok: true, value: "text" });
  model.tell({ k: "answer", ask: 1, ok: false, value: "row 1 has left the log" });
  assert.equal(await second, "text");
  await assert.rejects(first, /row 1 has left the log/);
});

test("a problem is told to those who follow that feed", () => {
  const model = fakeModel({ traffic: feed("all") });
  const one = follower();
  new Link(model).follow("traffic", one);
  model.tell({ k: "problem", feed: "traffic", problem: "no such filter" });
  assert.deepEqual(one.heard.at(-1), ["problem", "no such filter"]);
});

test("a widget's views share one link; the kernel hears when the last has gone, and when one is back", () => {
  const model = fakeModel({});
  const links = [];
  const { initialize, render } = widget((root, link) => {
    links.push(link);
    root.append("here");
    return () => links.push("gone");
  })();
  const close = initialize({ model });
  const el = document.createElement("div");
  const leave = render({ model, el });
  assert.equal(el.className, "sio-lab sio-live");
  leave();
  assert.equal(el.childNodes.length, 0);
  render({ model, el })();
  assert.equal(links[0], links[2]);
  assert.deepEqual(model.sent.map(({ k }) => k), ["here", "gone", "here", "gone"]);
  assert.equal(new Set(model.sent.map(({ page }) => page)).size, 1);
  close();
  assert.equal(model.listeners, 0);
});

test("keys stay in a view, but for shortcuts of the page", () => {
  const model = fakeModel({});
  const shown = widget(() => () => {})();
  shown.initialize({ model });
  const el = document.body.appendChild(document.createElement("div"));
  const unmount = shown.render({ model, el });
  const heard = [];
  document.body.addEventListener("keydown", (event) => heard.push(event.key));
  const inner = el.appendChild(document.createElement("button"));
  const press = (key, more = {}) => inner.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  for (const key of ["d", "Enter", "ArrowDown", "Escape"]) press(key);
  press("Enter", { ctrlKey: true });
  press("s", { ctrlKey: true });
  assert.deepEqual(heard, ["s"]);
  unmount();
  assert.equal(el.childElementCount, 0);
});

test("a page that is closed says so, once", () => {
  const model = fakeModel({});
  const leave = new Link(model).enter();
  window.dispatchEvent(new Event("pagehide"));
  window.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(model.sent.map(({ k }) => k), ["here", "gone"]);
  leave();
});

/** Hold timers back until what is returned is called; Node.js's own stand-ins are another thing in each version. */
function holdTimers(context) {
  const held = new Map();
  context.mock.method(globalThis, "setTimeout", (work) => held.set(held.size + 1, work).size);
  context.mock.method(globalThis, "clearTimeout", (timer) => held.set(timer, () => {}));
  return () => held.forEach((work, timer) => (held.set(timer, () => {}), work()));
}

test("a view says when no kernel answers behind it, until one speaks again", (context) => {
  const runOut = holdTimers(context);
  const model = fakeModel({});
  const shown = widget((root) => {
    root.append("the view");
    return () => {};
  })();
  shown.initialize({ model });
  const el = document.createElement("div");
  const unmount = shown.render({ model, el });
  model.fire("comm_live_update");
  assert.equal(model.sent.at(-1).k, "ping");
  model.tell({ k: "pong" });
  runOut();
  assert.equal(el.textContent, "the view");
  model.fire("comm_live_update");
  runOut();
  assert.match(el.textContent, /^The kernel behind this view is gone.*the view$/);
  model.tell({ k: "patches", patches: [] });
  assert.equal(el.textContent, "the view");
  model.fire("comm_live_update");
  unmount();
  runOut();
  assert.equal(el.textContent, "");
});
