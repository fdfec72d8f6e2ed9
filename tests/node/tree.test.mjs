import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { valueTree } from "../../sio_lab/views/static/tree.js";
import { later, openPage, press, range } from "./page.mjs";

const number = (value) => ({ t: "number", text: String(value) });
const numbers = (first, last) => range(first, last).map((value) => [value, number(value)]);
const VALUE = {
  ...{ t: "object", text: "{'a': 1, 'list': […]}", size: 2 },
  items: [["a", number(1)], ["list", { t: "array", text: "[0, 1, …]", size: 120 }]],
};

function treeOf(node, ask = async () => assert.fail("nothing is asked")) {
  const root = valueTree("args", node, ask);
  document.body.append(root);
  return root;
}

const leaves = (root) =>
  [...root.querySelectorAll(".sio-leaf")].filter((leaf) => !leaf.closest("[hidden]")).map((leaf) => leaf.textContent);
const item = (root, text) => [...root.querySelectorAll("[role=treeitem]")].find((each) => each.firstChild.textContent.startsWith(text));

beforeEach(() => openPage());

test("a value unfolds by a click", () => {
  const root = treeOf(VALUE);
  assert.deepEqual(leaves(root), ["{'a': 1, 'list': […]}", "a: 1", "list: [0, 1, …]120 items"]);
  root.querySelector(".sio-leaf").click();
  assert.deepEqual(leaves(root), ["{'a': 1, 'list': […]}"]);
  assert.equal(root.firstChild.getAttribute("aria-expanded"), "false");
  assert.equal(item(root, "a").hasAttribute("aria-expanded"), false);
});

test("what is not there is asked for when it is unfolded, a part at a time", async () => {
  const asked = [];
  const root = treeOf(VALUE, async (path, first) => {
    asked.push([path, first]);
    return { t: "array", text: "", size: 120, items: numbers(first, first + 49), more: 70 - first };
  });
  item(root, "list").firstChild.click();
  await later();
  assert.deepEqual(leaves(root).slice(3, 5), ["0: 0", "1: 1"]);
  assert.equal(leaves(root).at(-1), "70 more");
  item(root, "70 more").click();
  await later();
  assert.deepEqual(asked, [[[1], 0], [[1], 50]]);
  assert.equal(leaves(root).at(-1), "20 more");
  assert.equal(leaves(root).includes("99: 99"), true);
});

test("what the kernel can't tell is said in its place, and can be tried again", async () => {
  let times = 0;
  const root = treeOf(VALUE, async () => {
    times += 1;
    if (times === 1) throw new Error("row 7 has left the log");
    return { t: "array", text: "", items: numbers(0, 1), more: 0 };
  });
  item(root, "list").firstChild.click();
  await later();
  assert.equal(leaves(root).at(-1), "✕ row 7 has left the log. Try again");
  item(root, "✕").click();
  await later();
  assert.equal(leaves(root).at(-1), "1: 1");
});

test("the arrow keys go through it, and fold", () => {
  const root = treeOf(VALUE);
  root.firstChild.focus();
  const at = () => document.activeElement.firstChild.textContent;
  for (const [key, text] of [["ArrowDown", "a: 1"], ["ArrowDown", "list: "], ["ArrowUp", "a: 1"], ["ArrowLeft", "{"], ["End", "list"]]) {
    assert.ok(press(document.activeElement, key));
    assert.ok(at().startsWith(text), `${key}: ${at()}`);
  }
  assert.deepEqual([...root.querySelectorAll("[tabindex='0']")], [document.activeElement]);
  press(document.activeElement, "Home");
  press(document.activeElement, "ArrowLeft");
  assert.equal(leaves(root).length, 1);
  press(document.activeElement, "ArrowRight");
  assert.equal(leaves(root).length, 3);
  press(document.activeElement, "Enter");
  assert.equal(leaves(root).length, 1);
  assert.equal(press(document.activeElement, "x"), false);
});

test("payloads are text, and a long one says how long it is", () => {
  const root = treeOf({
    ...{ t: "array", text: "['<b>', …]", size: 1 },
    items: [[0, { t: "text", text: "'<img src=x onerror=alert(1)> …'", size: 1_048_576 }]],
  });
  assert.equal(root.querySelector("img, b"), null);
  assert.equal(leaves(root)[1], "0: '<img src=x onerror=alert(1)> …'1,048,576 characters");
});

test("a lone value, and an empty one, are a leaf", () => {
  assert.deepEqual(leaves(treeOf(number(3))), ["3"]);
  assert.equal(treeOf({ t: "object", text: "{}", size: 0, items: [] }).firstChild.hasAttribute("aria-expanded"), false);
});

test("a long text unfolds into the pieces that the kernel tells", async () => {
  const pieces = [[0, { t: "text", text: "'aaa'", size: 300 }], [300, { t: "text", text: "'bbb'", size: 300 }]];
  const asked = [];
  const root = valueTree("args", { t: "text", text: "'aaa…", size: 600, long: true }, async (path, first) => {
    asked.push([path, first]);
    return { t: "text", text: "", size: 600, items: pieces, more: 0 };
  });
  document.body.append(root);
  root.querySelector(".sio-leaf").click();
  await later();
  assert.deepEqual(asked, [[[], 0]]);
  assert.match(root.textContent, /300: 'bbb'/);
});
