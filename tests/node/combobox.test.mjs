// A field that offers what may be written in it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Combobox, comboWord } from "../../sio_lab/views/static/combobox.js";
import { openPage } from "./page.mjs";

const WHO = [["client:ada", "ada01234"], ["client:bob", "bob01234"], ["room:lobby", "3 clients"], ['room:"my room"', "1 client"]];

let combo, changes;

function open(told = {}) {
  openPage();
  changes = 0;
  combo = new Combobox({ label: "to", offers: async () => WHO, changed: () => (changes += 1), ...told });
  document.body.append(combo.element);
}

beforeEach(() => open());
afterEach(() => combo.close());

const settled = () => new Promise((resolve) => setImmediate(resolve));
const shown = () => (combo.list.hidden ? [] : [...combo.list.querySelectorAll("bdi")].map((text) => text.textContent));
const press = (key) => combo.input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

async function type(text) {
  combo.input.value = text;
  combo.input.dispatchEvent(new Event("input"));
  await settled();
}

test("a click shows all, typing those that fit; what begins so comes first", async () => {
  combo.input.click();
  await settled();
  assert.equal(shown().length, 4);
  await type("b");
  assert.deepEqual(shown(), ["client:bob", "room:lobby"]);
  await type("zzz");
  assert.deepEqual(shown(), []);
  assert.equal(combo.input.getAttribute("aria-expanded"), "false");
  assert.equal(changes, 2);
});

test("the keyboard chooses", async () => {
  press("ArrowDown");
  await settled();
  press("ArrowDown");
  press("ArrowDown");
  const active = document.getElementById(combo.input.getAttribute("aria-activedescendant"));
  assert.equal(active.getAttribute("aria-selected"), "true");
  press("Enter");
  assert.equal(combo.value, "client:bob");
  assert.deepEqual(shown(), []);
  assert.equal(changes, 1);
});

test("arrows go round by way of the field", async () => {
  press("ArrowDown");
  await settled();
  press("ArrowUp");
  assert.equal(combo.active, 3);
  press("ArrowDown");
  assert.equal(combo.active, -1);
  assert.equal(combo.input.hasAttribute("aria-activedescendant"), false);
});

test("of several words the last is completed", async () => {
  open({ several: true });
  await type("client:ada, my");
  assert.deepEqual(shown(), ['room:"my room"']);
  combo.list.querySelector("li").click();
  assert.equal(combo.value, 'client:ada, room:"my room", ');
  await type('bob room:"my r');
  assert.deepEqual(shown(), ['room:"my room"']);
});

test("Escape closes the list and nothing else", async () => {
  let heard = 0;
  document.addEventListener("keydown", () => (heard += 1));
  await type("a");
  press("Escape");
  assert.deepEqual([shown(), heard], [[], 0]);
  press("Escape");
  assert.equal(heard, 1);
});

test("it closes when the field is left, or the page scrolls", async () => {
  await type("a");
  document.dispatchEvent(new Event("scroll"));
  assert.deepEqual(shown(), []);
  await type("a");
  combo.input.dispatchEvent(new Event("blur"));
  assert.deepEqual(shown(), []);
});

test("what comes late, or not at all, shows nothing", async () => {
  combo.input.click();
  combo.close();
  await settled();
  assert.deepEqual(shown(), []);
  open({ offers: async () => { throw new Error("gone"); } });
  combo.input.click();
  await settled();
  assert.deepEqual(shown(), []);
});

test("few of very many are shown, and none as markup", async () => {
  open({ offers: async () => [["<img src=x>", "x"], ...Array.from({ length: 200 }, (_, i) => [`room:${i}`, ""])] });
  combo.input.click();
  await settled();
  assert.equal(shown().length, 50);
  assert.equal(combo.list.querySelector("img"), null);
});

test("words are put in quotes where they would be several", () => {
  const words = { "client:ada": "client:ada", "room:my room": 'room:"my room"', "a, b": '"a, b"', "a\\b": "a\\b", '"x"': '"\\"x\\""', "": '""' };
  for (const [word, typed] of Object.entries(words)) assert.equal(comboWord(word), typed);
  assert.equal(comboWord(7), "7");
});
