import assert from "node:assert/strict";
import { test } from "node:test";

import {
  trafficAfter,
  trafficCleared,
  trafficCounted,
  trafficFind,
  trafficFrom,
  trafficShown,
  trafficUncleared,
} from "../../sio_lab/views/static/rows.js";
import { keyedAfter, keyedCell, keyedFrom, keyedShown } from "../../sio_lab/views/static/keyed.js";
import { range, trafficRow, trafficState } from "./page.mjs";

const seqs = (traffic) => trafficShown(traffic).map(({ seq }) => seq);
const patchOf = (numbers, more = {}) => {
  const words = [];
  return { words, rows: numbers.map((seq) => trafficRow(words, seq, more)), changes: [], skipped: 0, dropped: 0 };
};

test("a row's texts are looked up in the words beside it", () => {
  const state = trafficState([7], () => ({ to: "lobby", error: "no", failed: true, cause: 3, recipients: 0, ms: 1.5 }));
  const [row] = trafficFrom(state).rows;
  assert.deepEqual(row, {
    ...{ seq: 7, time: 7_000, kind: "event", namespace: "/", event: "chat", client: "ada", sid: null, to: "lobby" },
    ...{ args: "'hi'", ack: null, status: "handled", ms: 1.5, error: "no", cause: 3, failed: true, recipients: 0 },
  });
});

test("new rows stand by their number, also when they are told late or twice", () => {
  const before = trafficFrom(trafficState([1, 2, 5]));
  const patch = patchOf([4, 6, 5]);
  const after = trafficAfter(before, patch);
  assert.deepEqual(seqs(after), [1, 2, 4, 5, 6]);
  assert.deepEqual(seqs(trafficAfter(after, patch)), [1, 2, 4, 5, 6]);
  assert.deepEqual(seqs(before), [1, 2, 5]);
});

test("a change makes a row another object, and leaves what it does not name", () => {
  const before = trafficFrom(trafficState([1, 2], () => ({ status: "running" })));
  const changes = [[2, 0, 12.5, 1, 2, 1], [99, 0, 1, null, null, 0], [1, null, null, null, null, null]];
  const after = trafficAfter(before, { words: ["raised", "'ok'", "oh"], rows: [], changes, skipped: 0, dropped: 0 });
  const { status, ms, ack, error, failed, event } = after.rows[1];
  assert.deepEqual({ status, ms, ack, error, failed, event }, { ...{ status: "raised", ms: 12.5, ack: "'ok'" }, error: "oh", failed: true, event: "chat" });
  assert.equal(before.rows[1].status, "running");
  assert.notEqual(before.rows[1], after.rows[1]);
  assert.equal(after.rows[0].status, "running");
});

test("only the newest rows are kept, and what is not there is counted", () => {
  const before = trafficFrom(trafficState(range(1, 10), undefined, { keep: 5, skipped: 2 }));
  assert.deepEqual(seqs(before), [6, 7, 8, 9, 10]);
  const after = trafficAfter(before, { ...patchOf([11, 12]), skipped: 1_000, dropped: 30 });
  assert.deepEqual(seqs(after), [8, 9, 10, 11, 12]);
  assert.deepEqual(trafficCounted(after), {
    rows: "newest 5 rows",
    notes: ["1,002 skipped here, the log keeps them", "30 left the log"],
  });
});

test("a cleared view shows what comes after, through a new state too, until all is shown again", () => {
  const cleared = trafficCleared(trafficFrom(trafficState([1, 2, 3])));
  assert.deepEqual(seqs(cleared), []);
  const after = trafficAfter(cleared, patchOf([4]));
  assert.deepEqual(seqs(after), [4]);
  assert.deepEqual(trafficCounted(after), { rows: "1 row", notes: ["3 cleared"] });
  assert.deepEqual(seqs(trafficFrom(trafficState([2, 3, 4, 5]), after.mark)), [4, 5]);
  assert.deepEqual(seqs(trafficUncleared(after)), [1, 2, 3, 4]);
});

test("a row is found by its number", () => {
  const { rows } = trafficFrom(trafficState(range(100, 2_000)));
  assert.deepEqual([trafficFind(rows, 100), trafficFind(rows, 2_000), trafficFind(rows, 3)], [0, 1_900, -1]);
  assert.equal(trafficCounted(trafficFrom(trafficState([1], undefined, { filter: "chat" }))).rows, "1 row matches");
});

const row = (key, ...cells) => ({ key, cells, at: { sid: key }, failed: false });
const keys = (keyed, sort = null) => keyedShown(keyed, sort).map(({ key }) => key);
const TABLE = { columns: [], rows: [row("a", ["2 s", "", "", 2_000]), row("b", "x10"), row("c", ["3 ms", "", "", 3])] };

test("rows of small tables change, go, come and are put in order", () => {
  const before = keyedFrom({ ...TABLE, filter: "", hidden: 0 });
  const after = keyedAfter(before, { rows: [row("d", "new"), row("a", "other")], gone: ["b"] });
  assert.deepEqual(keys(after), ["a", "c", "d"]);
  assert.deepEqual(keys(keyedAfter(after, { order: ["d", "a", "gone", "c"] })), ["d", "a", "c"]);
  assert.deepEqual(keys(keyedAfter(after, { order: ["c"] })), ["c", "a", "d"]);
  assert.deepEqual(keys(before), ["a", "b", "c"]);
});

test("numbers sort as numbers, texts with numbers by them, and nothing stands last", () => {
  const numbers = keyedFrom({ rows: [TABLE.rows[0], TABLE.rows[2], row("e", "")] });
  assert.deepEqual(keys(numbers, { column: 0, down: false }), ["c", "a", "e"]);
  assert.deepEqual(keys(numbers, { column: 0, down: true }), ["a", "c", "e"]);
  const texts = keyedFrom({ rows: ["x10", "x9", "X1"].map((text) => row(text, text)) });
  assert.deepEqual(keys(texts, { column: 0, down: false }), ["X1", "x9", "x10"]);
});

test("a cell may be a text alone", () => {
  assert.deepEqual([keyedCell("one"), keyedCell(["two", "code"]), keyedCell(undefined)], [
    ...[["one", "", ""], ["two", "code", ""], ["", "", ""]],
  ]);
});

test("rows that the filter no longer lets through go", () => {
  const before = trafficFrom(trafficState([1, 2, 3]));
  const after = trafficAfter(before, { ...patchOf([4]), gone: [2, 9] });
  assert.deepEqual(seqs(after), [1, 3, 4]);
  assert.deepEqual(seqs(trafficAfter(after, { ...patchOf([]), gone: [2] })), [1, 3, 4]);
});

test("older rows that were not sent are told of", () => {
  const traffic = trafficFrom(trafficState([8, 9], undefined, { earlier: 1_234 }));
  assert.deepEqual(trafficCounted(traffic).notes, ["1,234 earlier in the log"]);
});
