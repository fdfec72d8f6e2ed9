// Tabs of which only the chosen one's panel is there.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { html } from "../../sio_lab/views/static/dom.js";
import { Tabs } from "../../sio_lab/views/static/tabs.js";
import { openPage } from "./page.mjs";

let root, log, tabs;

beforeEach(() => {
  openPage();
  root = document.body;
  log = [];
  const mount = (name) => (panel) => {
    log.push(`+${name}`);
    panel.append(html("p", {}, name));
    return () => log.push(`-${name}`);
  };
  const names = ["one", "two", "three"];
  tabs = new Tabs(root, names.map((name) => ({ name, title: name, mount: mount(name) })), { chosen: "one", label: "all" });
});

const heads = () => [...root.querySelectorAll("[role=tab]")];
const selected = () => heads().filter((head) => head.getAttribute("aria-selected") === "true").map((head) => head.textContent);
const press = (key, more = {}) => root.querySelector("[role=tablist]").dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true, ...more }));

test("roles tie tabs and panel together", () => {
  const panel = root.querySelector("[role=tabpanel]");
  assert.equal(root.querySelector("[role=tablist]").getAttribute("aria-label"), "all");
  assert.equal(panel.getAttribute("aria-labelledby"), heads()[0].id);
  assert.deepEqual(heads().map((head) => head.getAttribute("aria-controls")), Array(3).fill(panel.id));
  assert.deepEqual(heads().map((head) => head.tabIndex), [0, -1, -1]);
});

test("only what is chosen is mounted", () => {
  heads()[1].click();
  assert.deepEqual(log, ["+one", "-one", "+two"]);
  assert.equal(root.querySelector("[role=tabpanel]").textContent, "two");
  assert.deepEqual(selected(), ["two"]);
});

test("the chosen one is not mounted anew", () => {
  heads()[0].click();
  tabs.choose("nowhere");
  assert.deepEqual(log, ["+one"]);
});

test("arrow keys go round, Home and End to the ends", () => {
  for (const [key, name] of [["ArrowLeft", "three"], ["ArrowRight", "one"], ["ArrowRight", "two"], ["Home", "one"], ["End", "three"]]) {
    press(key);
    assert.deepEqual(selected(), [name]);
    assert.equal(document.activeElement.textContent, name);
  }
  press("ArrowLeft", { ctrlKey: true });
  press("x");
  assert.deepEqual(selected(), ["three"]);
});

test("a badge says how many, and a bad one carries a mark", () => {
  tabs.badge("two", 3, { text: "3", spoken: ", 3 clients" });
  tabs.badge("three", 2, { text: "2", spoken: ", 2 errors", bad: true });
  tabs.badge("nowhere", 2, { text: "2", spoken: "" });
  assert.equal(heads()[1].textContent, "two3, 3 clients");
  assert.equal(heads()[2].querySelector("[aria-hidden]").textContent, "✕ 2");
  tabs.badge("two", 0, { text: "0", spoken: "" });
  assert.equal(heads()[1].querySelector(".sio-dash-badge").hidden, true);
});

test("clear takes the panel down", () => {
  tabs.clear();
  assert.deepEqual(log, ["+one", "-one"]);
  assert.equal(root.querySelector("[role=tabpanel]").childElementCount, 0);
});
