// A page in a frame: what stands in it while the server is looked for, found, asked about, missing, stopped or gone.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Link } from "../../sio_lab/views/static/link.js";
import { mountFrame } from "../../sio_lab/views/static/page_frame.js";
import { answer, fakeModel, later, named, openPage, press } from "./page.mjs";

const POINTED = { running: true, port: 5000, url: "http://127.0.0.1:5000", public: null, token: "t", base: "/", path: "/talk", own: false, allowed: false, credential: null };

let model, root, frame, reachable;

function open(path = "/talk", url = POINTED.url) {
  openPage();
  globalThis.location = { host: "hub.example", hostname: "hub.example", protocol: "https:", origin: "https://hub.example" };
  globalThis.fetch = async (asked) => {
    const status = reachable[new URL(asked).origin];
    if (!status) throw new TypeError("Failed to fetch");
    return { status };
  };
  model = fakeModel({ server: { number: 0, on: true, state: { url } } }, { path, title: `Page ${path}` });
  root = document.createElement("div");
  document.body.append(root);
  frame = mountFrame(root, new Link(model), "server");
}

beforeEach(() => {
  reachable = { "https://hub.example": 204 };
  open();
});

const iframe = () => root.querySelector("iframe");
const text = () => root.querySelector(".sio-open-place").textContent;

test("the kernel is told where the notebook is shown", () => {
  assert.deepEqual(model.sent.at(-1), { k: "ask", ask: 1, what: "where", given: { path: "/talk", host: "hub.example", origin: "https://hub.example" } });
  assert.match(text(), /Looking for the server/);
});

test("a page of the lab's is shown, its pass in the frame and not in what is read", async () => {
  await answer(model, { ...POINTED, own: true, path: "/_lab/", credential: "secret" });
  assert.equal(iframe().src, "https://hub.example/proxy/5000/_lab/#pass=secret");
  assert.equal(iframe().getAttribute("referrerpolicy"), "no-referrer");
  assert.equal(root.textContent.includes("secret"), false);
  const link = root.querySelector("a");
  assert.deepEqual([link.rel, link.target, link.querySelector("bdi").textContent], ["noopener noreferrer", "_blank", "https://hub.example/proxy/5000/_lab/"]);
  assert.match(root.textContent, /through Jupyter's proxy/);
  assert.deepEqual(model.sent.at(-1).given, { address: "https://hub.example/proxy/5000/_lab/", how: "through Jupyter's proxy" });
});

test("a page of the program shares Jupyter's origin only once the reader has agreed", async () => {
  await answer(model, POINTED);
  assert.equal(iframe(), null);
  assert.match(text(), /could read your files and run code in your notebooks/);
  named(root, "Show it through the proxy").click();
  assert.equal(model.sent.at(-1).what, "allow");
  assert.equal(iframe(), null);
  await answer(model, { allowed: true });
  assert.equal(iframe().src, "https://hub.example/proxy/5000/talk");
});

test("who has agreed before is not asked again", async () => {
  await answer(model, { ...POINTED, allowed: true });
  assert.equal(iframe().src, "https://hub.example/proxy/5000/talk");
});

test("what is missing is told, and what would help", async () => {
  reachable = { "https://hub.example": 404 };
  await answer(model, POINTED);
  assert.match(text(), /pip install jupyter-server-proxy.*restart Jupyter.*public_url/s);
  reachable = { "https://hub.example": 204 };
  named(root, "Try again").click();
  await answer(model, { ...POINTED, allowed: true });
  assert.notEqual(iframe(), null);
});

test("a proxy that is there and fails is not asked to be installed", async () => {
  reachable = { "https://hub.example": 500 };
  await answer(model, POINTED);
  assert.match(text(), /answered with 500/);
  assert.doesNotMatch(text(), /pip install/);
});

test("a stopped server is told, and found again when it starts", async () => {
  await answer(model, { ...POINTED, allowed: true });
  model.tell({ k: "patches", patches: [{ feed: "server", from: 0, patch: { url: null } }] });
  await answer(model, { running: false });
  assert.equal(iframe(), null);
  assert.match(text(), /The server is stopped/);
  model.tell({ k: "patches", patches: [{ feed: "server", from: 1, patch: { url: "http://127.0.0.1:5001" } }] });
  await answer(model, { ...POINTED, port: 5001, allowed: true });
  assert.equal(iframe().src, "https://hub.example/proxy/5001/talk");
});

test("a reload is a new frame", async () => {
  await answer(model, { ...POINTED, allowed: true });
  const before = iframe();
  named(root, "Reload").click();
  await answer(model, { ...POINTED, allowed: true });
  assert.notEqual(iframe(), before);
});

test("once the kernel is gone nothing is loaded, until it is back", async () => {
  await answer(model, { ...POINTED, allowed: true });
  frame.gone();
  assert.deepEqual([iframe(), root.querySelector(".sio-open").hidden], [null, true]);
  frame.back();
  await answer(model, { ...POINTED, allowed: true });
  assert.notEqual(iframe(), null);
});

test("a refusal of the kernel's is told", async () => {
  await answer(model, "the lab is closed", false);
  assert.match(text(), /the lab is closed/);
});

test("its height is set by keys, within bounds", () => {
  const edge = root.querySelector("[role=separator]");
  assert.equal(press(edge, "ArrowDown"), true);
  assert.equal(root.querySelector(".sio-open-place").style.height, "520px");
  for (let times = 0; times < 20; times += 1) press(edge, "PageUp");
  assert.equal(edge.getAttribute("aria-valuenow"), "160");
  assert.equal(press(edge, "a"), false);
});

test("what has left the page asks for nothing more", async () => {
  frame.close();
  await answer(model, { ...POINTED, allowed: true });
  await later();
  assert.equal(root.childElementCount, 0);
});
