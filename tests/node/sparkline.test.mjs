// A minute of numbers as a small line.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { sparkline } from "../../sio_lab/views/static/sparkline.js";
import { openPage } from "./page.mjs";

before(() => openPage());

const drawn = (line) => line.element.querySelector(".sio-dash-spark-line").getAttribute("d");

test("it says in words what it shows", () => {
  const { element } = sparkline([0, 12, 3], { label: "events a second" });
  assert.equal(element.getAttribute("role"), "img");
  const words = "events a second: 3 now, at most 12 in the last 3 seconds";
  assert.equal(element.getAttribute("aria-label"), words);
  assert.equal(element.querySelector("title").textContent, words);
});

test("an update keeps its elements", () => {
  const line = sparkline([1, 2], { label: "clients" });
  const before = [...line.element.children];
  line.update([2, 1]);
  assert.deepEqual([...line.element.children], before);
  assert.match(line.element.getAttribute("aria-label"), /1 now, at most 2/);
});

test("the line goes up where the values do, and stays inside", () => {
  const heights = [...drawn(sparkline([0, 5, 10], { label: "" })).matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((found) => Number(found[1]));
  assert.ok(heights[0] > heights[1] && heights[1] > heights[2]);
  assert.ok(Math.min(...heights) >= 1 && Math.max(...heights) <= 19);
});

test("nothing, one value and zeros can be drawn", () => {
  assert.equal(drawn(sparkline([], { label: "" })), "");
  for (const values of [[5], [0, 0, 0]]) assert.doesNotMatch(drawn(sparkline(values, { label: "" })), /NaN|Infinity/);
});
