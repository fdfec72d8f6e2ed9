// The finder: which addresses are tried from which page, in which order, and what is made of the answers.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { BY_COLAB, BY_PROXY, BY_PUBLIC_URL, candidates, colabAddress, DIRECT, findServer, isLoopback, notebookPage, pageAddress, toldOf } from "../../sio_lab/views/static/finder.js";
import { openPage } from "./page.mjs";

const POINTED = { running: true, port: 5000, url: "http://127.0.0.1:5000", public: null, token: "a/b", base: null, path: "/_lab/", own: true, allowed: false, credential: null };
const NEAR = { base: "/user/ada/", host: "localhost:8888", hostname: "localhost", protocol: "http:", origin: "http://localhost:8888" };
const FAR = { base: "/user/ada/", host: "hub.example", hostname: "hub.example", protocol: "https:", origin: "https://hub.example" };
const CODE = { base: null, host: "0x7", hostname: "0x7", protocol: "vscode-webview:", origin: "vscode-webview://0x7" };

const addresses = (pointed, page, proxyFirst) => candidates({ ...POINTED, ...pointed }, page, proxyFirst).map(({ address }) => address);

let asked, answers;

beforeEach(() => {
  openPage();
  asked = [];
  answers = {};
  globalThis.fetch = async (url, options) => {
    asked.push([url, options.credentials, options.referrerPolicy]);
    const status = answers[new URL(url).origin];
    if (!status) throw new TypeError("Failed to fetch");
    return { status };
  };
});

afterEach(() => delete globalThis.google);

test("the base is what the front end has written into its page", () => {
  const location = new URL("http://localhost:8888/user/ada/lab");
  assert.equal(notebookPage(document, location).base, null);
  document.body.dataset.baseUrl = "/classic/";
  assert.equal(notebookPage(document, location).base, "/classic/");
  const config = document.createElement("script");
  config.id = "jupyter-config-data";
  config.type = "application/json";
  config.textContent = '{"baseUrl": "/user/ada/"}';
  document.body.append(config);
  assert.deepEqual(notebookPage(document, location), NEAR);
  config.textContent = "no JSON";
  assert.equal(notebookPage(document, location).base, "/classic/");
});

test("the lab's own page comes through the proxy first", () => {
  const proxy = "http://localhost:8888/user/ada/proxy/5000/";
  assert.deepEqual(addresses({}, NEAR, true), [proxy, "http://localhost:5000/", "http://127.0.0.1:5000/"]);
});

test("a page of the program comes through the proxy last, where the notebook is near", () => {
  const proxy = "http://localhost:8888/user/ada/proxy/5000/";
  assert.deepEqual(addresses({}, NEAR, false), ["http://localhost:5000/", "http://127.0.0.1:5000/", proxy]);
  assert.deepEqual(candidates(POINTED, NEAR, false).map(({ how, shared }) => [how, shared]), [[DIRECT, false], [DIRECT, false], [BY_PROXY, true]]);
});

test("from afar the reader's own computer is tried last", () => {
  const proxy = "https://hub.example/user/ada/proxy/5000/";
  assert.deepEqual(addresses({ url: "http://10.0.0.7:5000" }, FAR, false), [proxy, "http://127.0.0.1:5000/", "http://localhost:5000/"]);
  assert.deepEqual(addresses({}, FAR, false), [proxy, "http://127.0.0.1:5000/", "http://localhost:5000/"]);
  const plain = { ...FAR, protocol: "http:", origin: "http://hub.example" };
  const beside = ["http://hub.example:5000/", "http://10.0.0.7:5000/"];
  assert.deepEqual(addresses({ url: "http://10.0.0.7:5000" }, plain, false).slice(0, 3), [...beside, "http://hub.example/user/ada/proxy/5000/"]);
});

test("an https page is not led to http elsewhere", () => {
  assert.ok(addresses({ url: "http://10.0.0.7:5000", public: "http://tunnel.example" }, FAR, true).every((url) => url.startsWith("https:") || isLoopback(new URL(url).hostname)));
});

test("what the reader has set comes first, and may share the notebook's origin", () => {
  const [first] = candidates({ ...POINTED, public: "https://hub.example/mine" }, FAR, false);
  assert.deepEqual(first, { address: "https://hub.example/mine/", how: BY_PUBLIC_URL, shared: true });
  assert.equal(addresses({ public: "javascript:alert(1)" }, FAR, false).some((url) => url.startsWith("javascript:")), false);
  assert.equal(addresses({ public: "no address" }, NEAR, true).length, 3);
});

test("the kernel's word for the base is taken where the page has none", () => {
  const page = { ...NEAR, base: null };
  assert.equal(addresses({ base: "/user/ben/" }, page, true)[0], "http://localhost:8888/user/ben/proxy/5000/");
  assert.deepEqual(addresses({}, page, true), ["http://localhost:5000/", "http://127.0.0.1:5000/"]);
});

test("a base can't lead to another host", () => {
  assert.equal(addresses({}, { ...NEAR, base: "//evil.example/" }, true)[0], "http://localhost:8888/evil.example/proxy/5000/");
});

test("VS Code's page is no page of the web: this computer is tried", () => {
  assert.deepEqual(addresses({ base: "/user/ada/" }, CODE, true), ["http://127.0.0.1:5000/", "http://localhost:5000/"]);
  assert.deepEqual(toldOf(CODE), {});
  assert.deepEqual(toldOf(NEAR), { host: "localhost:8888", origin: "http://localhost:8888" });
});

test("loopback is known by all its names", () => {
  const names = ["localhost", "a.localhost", "127.0.0.1", "127.8.9.1", "[::1]"];
  assert.deepEqual(names.map(isLoopback), names.map(() => true));
  assert.deepEqual(["localhost.example", "128.0.0.1", "127.0.0.1.example", ""].map(isLoopback), [false, false, false, false]);
});

test("addresses are tried one after another until one knows the token", async () => {
  answers = { "http://localhost:8888": 404, "http://localhost:5000": 204 };
  const { found, tried } = await findServer(candidates(POINTED, NEAR, true), "a/b");
  assert.equal(found.address, "http://localhost:5000/");
  assert.deepEqual(tried.map(({ how, status }) => [how, status]), [[BY_PROXY, 404]]);
  assert.deepEqual(asked, [
    ["http://localhost:8888/user/ada/proxy/5000/_lab/here?key=a%2Fb", "same-origin", "no-referrer"],
    ["http://localhost:5000/_lab/here?key=a%2Fb", "omit", "no-referrer"],
  ]);
});

test("another server at the port is not taken for the lab's", async () => {
  answers = { "http://localhost:8888": 200, "http://localhost:5000": 200, "http://127.0.0.1:5000": 404 };
  const { found, tried } = await findServer(candidates(POINTED, NEAR, true), "a/b");
  assert.equal(found, null);
  assert.deepEqual(tried.map(({ status }) => status), [200, 200, 404]);
});

test("what the reader has set is believed where nothing answers", async () => {
  const { found } = await findServer(candidates({ ...POINTED, public: "https://tunnel.example" }, FAR, true), "a/b");
  assert.equal(found.address, "https://tunnel.example/");
});

test("Colab tells the address itself", async () => {
  assert.equal(await colabAddress(5000), null);
  globalThis.google = { colab: { kernel: { proxyPort: async (port) => `https://${port}-colab.example` } } };
  const found = await colabAddress(5000);
  assert.deepEqual(found, { address: "https://5000-colab.example/", how: BY_COLAB, shared: false });
  assert.equal(pageAddress(found, POINTED).address, "https://5000-colab.example/_lab/#transport=polling");
});

test("the pass of a class goes to the lab's own page behind the #, to others as the server keeps it, and is not shown", () => {
  const found = { address: "http://localhost:5000/", how: DIRECT, shared: false };
  const own = pageAddress(found, { ...POINTED, credential: "a b&c" });
  assert.deepEqual(own, { address: "http://localhost:5000/_lab/#pass=a+b%26c", shown: "http://localhost:5000/_lab/" });
  const other = pageAddress(found, { ...POINTED, own: false, path: "/chat?x=1#y", credential: "a b" });
  assert.deepEqual(other, { address: "http://localhost:5000/chat?x=1&lab_pass=a+b#y", shown: "http://localhost:5000/chat?x=1#y" });
});

test("the lab's page is as dark as the notebook around it, and pages of the program are left alone", () => {
  const found = { address: "http://localhost:5000/", how: DIRECT, shared: false };
  document.body.dataset.jpThemeLight = "false";
  assert.equal(pageAddress(found, POINTED).address, "http://localhost:5000/_lab/#theme=dark");
  assert.equal(pageAddress(found, { ...POINTED, own: false, path: "/chat" }).address, "http://localhost:5000/chat");
  document.body.dataset.jpThemeLight = "true";
  assert.equal(pageAddress(found, POINTED).address, "http://localhost:5000/_lab/#theme=light");
});
