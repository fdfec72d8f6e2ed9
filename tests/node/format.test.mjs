import assert from "node:assert/strict";
import { test } from "node:test";

import { byteSize, counted, duration, plural, timeOfDay } from "../../sio_lab/views/static/format.js";

test("the time of day is that where the kernel runs", () => {
  const noon = Date.UTC(2026, 10, 21, 12, 34, 56, 789);
  assert.equal(timeOfDay(noon, 0), "12:34:56.789");
  assert.equal(timeOfDay(noon + 0.7, 330), "18:04:56.789");
  assert.equal(timeOfDay(noon, -13 * 60), "23:34:56.789");
});

test("durations have three digits", () => {
  const told = [0, 0.25, 9.99, 9.996, 12.34, 99.94, 99.96, 123.4, 999.4, 999.6, 1230, 1_234_567].map(duration);
  assert.deepEqual(told.slice(0, 6), ["0.00 ms", "0.25 ms", "9.99 ms", "10.0 ms", "12.3 ms", "99.9 ms"]);
  assert.deepEqual(told.slice(6), ["100 ms", "123 ms", "999 ms", "1.00 s", "1.23 s", "1,234.57 s"]);
});

test("sizes are in the unit that suits them", () => {
  assert.deepEqual([0, 512, 1_500, 2_000_000, 12_345_678_900].map(byteSize), [
    ...["0 B", "512 B", "1.5 kB", "2.0 MB", "12,345.7 MB"],
  ]);
});

test("counts have commas, and what is counted its plural", () => {
  assert.deepEqual([0, 999, 1_000, 1_234_567].map(counted), ["0", "999", "1,000", "1,234,567"]);
  assert.deepEqual([plural(1, "row"), plural(0, "row"), plural(2, "box", "boxes")], ["1 row", "0 rows", "2 boxes"]);
});
