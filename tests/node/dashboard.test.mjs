// The dashboard as a whole, with stand-ins for what its tabs show.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { mountDashboard } from "../../sio_lab/views/static/board.js";
import { html } from "../../sio_lab/views/static/dom.js";
import { Link } from "../../sio_lab/views/static/link.js";
import { fakeModel, openPage } from "./page.mjs";

const COUNTS = { clients: 2, rooms: 0, namespaces: 1, handlers: 3, tasks: 0, errors: 12, records: 1234, dropped: 0 };
const RATES = { events: [0, 5], clients: [1, 2] };
const URL = "http://127.0.0.1:5000";
const STATUS = { running: true, url: URL, counts: COUNTS, rates: RATES, busy: [], more_busy: 0, notes: [], offset: 0 };
const STOPPED = { ...STATUS, running: false, url: null };

let model, root, unmount, mounted;

/** A stand-in: follows its feed, and says which it is. */
function mountFeed(place, link, feed) {
  mounted.push(`+${feed}`);
  place.append(html("p", {}, `all of ${feed}`));
  const unfollow = link.follow(feed, { state: () => {}, patch: () => {} });
  return () => {
    mounted.push(`-${feed}`);
    unfollow();
  };
}

function open(status = STATUS, { on = "traffic", emit = true, asks = undefined, capture = null } = {}) {
  openPage();
  globalThis.location = { host: "hub.example", hostname: "hub.example", protocol: "https:", origin: "https://hub.example" };
  mounted = [];
  const titles = { traffic: "Traffic", clients: "Clients", rooms: "Rooms", errors: "Errors", map: "Map" };
  const feeds = { status: { number: 0, on: true, state: status } };
  for (const name of Object.keys(titles)) feeds[name] = { number: 0, on: name === on, state: name === on ? {} : null };
  model = fakeModel(feeds, { title: "sio_lab", feeds: titles, emit, capture }, asks);
  root = document.createElement("div");
  root.className = "sio-live";
  document.body.append(root);
  unmount = mountDashboard(root, new Link(model), () => mountFeed);
}

beforeEach(() => open());
afterEach(() => unmount());

const named = (name) => [...root.querySelectorAll("button")].find((button) => button.textContent === name);
const tab = (name) => root.querySelector(`[role=tab][data-name=${name}]`);
const wants = () => model.sent.filter((message) => message.k === "want").map(({ feed, on }) => `${feed} ${on}`);
const told = () => root.querySelector(".sio-dash-told").textContent;
const settled = () => new Promise((resolve) => setImmediate(resolve));

function patch(parts, from = 0) {
  model.tell({ k: "patches", patches: [{ feed: "status", from, patch: parts }] });
}

async function answer(ok, value) {
  const { ask } = model.sent.findLast((message) => ["start", "stop", "restart"].includes(message.what));
  model.tell({ k: "answer", ask, ok, value });
  await settled();
}

/** Have the kernel point to the server, and addresses of these origins lead there. */
async function found(...origins) {
  globalThis.fetch = async (url) => ({ status: origins.some((origin) => url.startsWith(origin)) ? 204 : 404 });
  const { ask } = model.sent.findLast((message) => message.what === "where");
  const value = { running: true, port: 5000, url: URL, public: null, token: "t", base: "/", path: "/", own: false, allowed: false };
  model.tell({ k: "answer", ask, ok: true, value });
  for (let times = 0; times < 5; times += 1) await settled();
}

test("it says that the server runs, and where", async () => {
  const link = root.querySelector("a");
  assert.deepEqual([link.hasAttribute("href"), link.textContent], [false, URL]);
  await found(URL);
  assert.deepEqual([link.href, link.target, link.rel, link.textContent], [`${URL}/`, "_blank", "noopener noreferrer", URL]);
  assert.match(root.querySelector(".sio-dash-status").textContent, /Running at.*5 events\/s.*2 clients.*1,234 records/);
});

test("through Jupyter's proxy it leads to the lab's own page", async () => {
  const link = root.querySelector("a");
  await found("https://hub.example/proxy");
  assert.deepEqual([link.href, link.textContent], ["https://hub.example/proxy/5000/_lab/", "https://hub.example/proxy/5000"]);
});

test("where no address leads to the server there is no link", async () => {
  const link = root.querySelector("a");
  await found();
  assert.deepEqual([link.hasAttribute("href"), link.textContent], [false, "port 5000"]);
  assert.match(link.title, /%sio open says what would help/);
});

test("what is no address of the web leads nowhere", () => {
  unmount();
  open({ ...STATUS, url: "javascript:alert(1)" });
  assert.equal(root.querySelector("a").hasAttribute("href"), false);
});

test("the address can be copied", async () => {
  let copied = null;
  const clipboard = { writeText: async (text) => (copied = text) };
  Object.defineProperty(globalThis, "navigator", { value: { clipboard }, configurable: true });
  const copy = root.querySelector("[aria-label='Copy the address']");
  copy.click();
  await settled();
  assert.deepEqual([copied, copy.textContent], [URL, "copied"]);
  clipboard.writeText = async () => { throw new Error("not allowed"); };
  copy.click();
  await settled();
  assert.match(copy.textContent, /Ctrl\+C/);
});

test("patches change what they tell, and nothing else", () => {
  const link = root.querySelector("a");
  patch({ counts: { ...COUNTS, clients: 1, dropped: 5000 }, busy: ["on_chat"], more_busy: 2, notes: ["on_chat runs for 12 s"] });
  assert.equal(root.querySelector("a"), link);
  assert.match(root.querySelector(".sio-dash-status").textContent, /1 clients.*1,234 records · 5,000 dropped · 3 running/);
  assert.equal(root.querySelector(".sio-dash-notes").textContent, "on_chat runs for 12 s");
  assert.equal(tab("clients").textContent, "Clients1, 1 client");
});

test("one tab is mounted, and its feed alone is sent", () => {
  tab("clients").click();
  assert.deepEqual(mounted, ["+traffic", "-traffic", "+clients"]);
  assert.deepEqual(wants(), ["traffic false", "clients true"]);
  assert.equal(root.querySelector("[role=tabpanel]").textContent, "all of clients");
});

test("a page that is loaded again opens where it was", () => {
  unmount();
  open(STATUS, { on: "rooms" });
  assert.deepEqual(mounted, ["+rooms"]);
  assert.deepEqual(wants(), []);
});

test("errors stand out in their tab", () => {
  const badge = tab("errors").querySelector(".sio-dash-badge");
  assert.equal(badge.querySelector("[aria-hidden]").textContent, "✕ 12");
  assert.equal(badge.querySelector(".sio-spoken").textContent, ", 12 errors");
  assert.equal(tab("rooms").querySelector(".sio-dash-badge").hidden, true);
  patch({ counts: { ...COUNTS, errors: 12345 } });
  assert.equal(badge.querySelector("[aria-hidden]").textContent, "✕ 12k");
});

test("the server stops, once", async () => {
  named("Stop").click();
  const stop = named("Stopping…");
  stop.click();
  named("Restart").click();
  assert.equal(stop.getAttribute("aria-disabled"), "true");
  assert.deepEqual(model.sent.filter((message) => message.k === "ask" && !["reach", "where"].includes(message.what)).map(({ what }) => what), ["stop"]);
  patch({ running: false, url: null });
  await answer(true, { text: "Still running: on_slow." });
  assert.match(told(), /Still running: on_slow/);
  assert.match(root.querySelector(".sio-dash-where").textContent, /Stopped/);
  assert.equal(stop.textContent, "Start");
  assert.equal(named("Restart").getAttribute("aria-disabled"), "true");
  named("Dismiss").click();
  assert.equal(told(), "");
});

test("a server that can't be started says why", async () => {
  unmount();
  open(STOPPED);
  named("Start").click();
  await answer(false, "Port 5000 is in use");
  assert.match(told(), /✕ Port 5000 is in use/);
  assert.equal(named("Start").getAttribute("aria-disabled"), "false");
  named("Start").click();
  assert.equal(told(), "");
});

test("restart says that it is under way", async () => {
  named("Restart").click();
  assert.ok(named("Restarting…"));
  assert.equal(named("Stop").getAttribute("aria-disabled"), "true");
  await answer(true, { text: "" });
  assert.ok(named("Restart"));
  assert.equal(told(), "");
});

test("the emit form is there where it may be", () => {
  assert.ok(root.querySelector(".sio-form"));
  unmount();
  open(STATUS, { emit: false });
  assert.equal(root.querySelector(".sio-form"), null);
});

test("nothing is left when it goes", () => {
  unmount();
  assert.equal(root.childElementCount, 0);
  assert.deepEqual(mounted, ["+traffic", "-traffic"]);
  assert.deepEqual(wants().sort(), ["status false", "traffic false"]);
});

test("without a server to start there is no button for it", () => {
  unmount();
  open({ ...STATUS, running: false }, { emit: false, asks: ["detail"] });
  const shown = [...root.querySelectorAll(".sio-dash-buttons button")].filter((each) => !each.hidden);
  assert.deepEqual(shown, []);
});

test("a capture says what it is, and has nothing to start and no form", () => {
  unmount();
  open(STOPPED, { emit: false, capture: "Capture <b>lesson.sio</b> of 2026-11-29" });
  assert.equal(root.querySelector(".sio-dash-where").textContent, "Capture <b>lesson.sio</b> of 2026-11-29");
  assert.equal(root.querySelector(".sio-dash-where b"), null);
  assert.equal(named("Start"), undefined);
  assert.equal(named("Restart"), undefined);
  assert.equal(root.querySelector(".sio-form-body"), null);
  patch({ notes: ["3 damaged records were left out."] });
  assert.match(root.querySelector(".sio-dash-notes").textContent, /3 damaged/);
  assert.equal(tab("traffic").getAttribute("aria-selected"), "true");
});
