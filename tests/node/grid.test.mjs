import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Grid } from "../../sio_lab/views/static/grid.js";
import { ColumnWidths, REMARK_HEIGHT, ROW_HEIGHT, RowPlaces } from "../../sio_lab/views/static/grid_layout.js";
import { later, openPage, press, range } from "./page.mjs";

const COLUMNS = [
  { name: "seq", header: "seq", about: "its number", numeric: true, cell: (row) => [String(row.seq), "muted"] },
  { name: "text", header: "text", about: "what it says", rest: true, cell: (row) => [row.text, "code", row.full] },
];
const row = (seq, more = {}) => ({ seq, text: `text ${seq}`, ...more });
const many = (first, last) => range(first, last).map((seq) => row(seq));

function gridOf(rows, options = {}) {
  const told = { selected: [], opened: [], escaped: 0 };
  const grid = new Grid({
    ...{ label: "traffic", columns: COLUMNS, follows: true, key: ({ seq }) => seq, failed: (each) => Boolean(each.failed) },
    ...{ find: (all, key) => all.findIndex(({ seq }) => seq === key), remark: ({ error }) => error ?? null },
    ...{ selected: (each) => told.selected.push(each?.seq), opened: (each) => told.opened.push(each.seq) },
    ...{ escaped: () => (told.escaped += 1), ...options },
  });
  document.body.append(grid.root);
  grid.show(rows);
  grid.drawNow();
  return { grid, told };
}

const drawn = (grid) => [...grid.parts.sight.children].map((line) => line.querySelector(".sio-cell").textContent);
const scroll = (grid, top) => {
  grid.scroller.scrollTop = top;
  grid.scroller.dispatchEvent(new window.Event("scroll"));
  grid.drawNow();
};

beforeEach(() => openPage());

test("of ten thousand rows only those in sight are on the page, the newest last", () => {
  const { grid } = gridOf(many(1, 10_000));
  assert.ok(drawn(grid).length < 25);
  assert.equal(drawn(grid).at(-1), "10000");
  assert.equal(grid.scroller.getAttribute("aria-rowcount"), "10001");
  assert.equal(grid.parts.sight.lastChild.getAttribute("aria-rowindex"), "10001");
  assert.equal(grid.parts.body.style.height, `${10_000 * ROW_HEIGHT}px`);
});

test("it is a grid to who can't see it", () => {
  const { grid } = gridOf(many(1, 3));
  const roles = [...grid.root.querySelectorAll("[role]")].map((each) => each.getAttribute("role"));
  assert.deepEqual(roles.slice(0, 6), ["grid", "rowgroup", "row", "columnheader", "columnheader", "rowgroup"]);
  assert.equal(grid.scroller.querySelector("[role=columnheader]").title, "its number");
  assert.equal(grid.parts.sight.firstChild.querySelector("[role=gridcell]").textContent, "1");
});

test("elements are used again, and stay in the order of the rows", () => {
  const { grid } = gridOf(many(1, 1_000));
  const before = new Set(grid.parts.sight.children);
  grid.show(many(1, 1_200));
  grid.drawNow();
  assert.ok([...grid.parts.sight.children].every((line) => before.has(line)));
  scroll(grid, 1_180 * ROW_HEIGHT);
  scroll(grid, 1_178 * ROW_HEIGHT);
  const shown = drawn(grid).map(Number);
  assert.deepEqual(shown, range(shown[0], shown.at(-1)));
});

test("who reads further up stays there, and is told how many are new", () => {
  const { grid } = gridOf(many(1, 500));
  scroll(grid, 100 * ROW_HEIGHT + 7);
  grid.show(many(1, 530));
  grid.drawNow();
  assert.equal(grid.scroller.scrollTop, 100 * ROW_HEIGHT + 7);
  assert.equal(grid.parts.news.hidden, false);
  assert.equal(grid.parts.news.textContent, "30 new ↓");
  // The oldest rows leave: the row that was first in sight still is.
  grid.show(many(41, 560));
  grid.drawNow();
  assert.equal(grid.scroller.scrollTop, 60 * ROW_HEIGHT + 7);
  grid.parts.news.click();
  assert.equal(grid.parts.news.hidden, true);
  assert.equal(drawn(grid).at(-1), "560");
  grid.show(many(41, 600));
  grid.drawNow();
  assert.equal(drawn(grid).at(-1), "600");
});

test("however often it is told, it is drawn once a frame", async () => {
  const { grid } = gridOf(many(1, 5));
  let draws = 0;
  const draw = grid.draw.bind(grid);
  grid.draw = () => {
    draws += 1;
    draw();
  };
  for (const last of range(6, 40)) grid.show(many(1, last));
  await later(100);
  assert.equal(draws, 1);
  assert.equal(drawn(grid).at(-1), "40");
  grid.show(many(1, 50));
  grid.close();
  await later(100);
  assert.equal(draws, 1);
});

test("what failed is marked, and its error stands below it", () => {
  const { grid } = gridOf([row(1), row(2, { failed: true, error: "division by zero" }), row(3)]);
  const line = grid.parts.sight.children[1];
  assert.ok(line.classList.contains("sio-failed") && line.classList.contains("sio-tall"));
  assert.equal(line.querySelector(".sio-remark").textContent, "division by zero");
  assert.equal(grid.parts.sight.children[0].querySelector(".sio-remark").hidden, true);
  assert.equal(grid.parts.body.style.height, `${3 * ROW_HEIGHT + REMARK_HEIGHT}px`);
});

test("a row that has become another is drawn anew, one that has not is left alone", () => {
  const rows = many(1, 3);
  const { grid } = gridOf(rows);
  grid.parts.sight.children[0].children[1].firstChild.data = "untouched";
  grid.show([rows[0], row(2, { text: "other" }), rows[2]]);
  grid.drawNow();
  const texts = [...grid.parts.sight.children].map((line) => line.children[1].textContent);
  assert.deepEqual(texts, ["untouched", "other", "text 3"]);
});

test("payloads are text in cells and tooltips", () => {
  const markup = `<img src=x onerror="globalThis.hacked = 1">${"y".repeat(1_000)}`;
  const { grid } = gridOf([row(1, { text: markup, full: markup, error: markup })]);
  const cell = grid.parts.sight.querySelector("[data-column=text]");
  cell.dispatchEvent(new window.MouseEvent("mouseover", { bubbles: true }));
  assert.equal(cell.title, markup);
  assert.equal(grid.root.querySelector("img"), null);
  assert.equal(cell.dir, "ltr");
});

test("by keyboard: rows are selected, opened and left", () => {
  const { grid, told } = gridOf(many(1, 300));
  const keys = ["End", "ArrowUp", "ArrowUp", "ArrowDown", "Enter", "Home", "PageDown", "PageUp", "Escape"];
  for (const key of keys) assert.ok(press(grid.scroller, key), key);
  assert.deepEqual(told.selected, [300, 299, 298, 299, 1, 10, 1]);
  assert.deepEqual(told.opened, [299]);
  assert.equal(told.escaped, 1);
  assert.equal(press(grid.scroller, "a"), false);
  assert.equal(press(grid.scroller, "ArrowDown", { ctrlKey: true }), false);
  grid.drawNow();
  const active = document.getElementById(grid.scroller.getAttribute("aria-activedescendant"));
  assert.equal(active.getAttribute("aria-selected"), "true");
  assert.equal(active.querySelector(".sio-cell").textContent, "1");
  assert.equal(grid.root.querySelectorAll("[aria-selected=true]").length, 1);
});

test("a click selects and opens a row, and new rows no longer scroll it away", () => {
  const { grid, told } = gridOf(many(1, 300));
  const top = grid.scroller.scrollTop;
  grid.parts.sight.children[6].querySelector(".sio-cell").click();
  const [seq] = told.opened;
  assert.deepEqual(told.selected, [seq]);
  grid.show(many(1, 340));
  grid.drawNow();
  assert.equal(grid.scroller.scrollTop, top);
  assert.equal(grid.parts.news.textContent, "40 new ↓");
  assert.equal(grid.selectedRow.seq, seq);
});

test("headers that can be sorted by are buttons, and say how it is sorted", () => {
  const sorted = [];
  const columns = COLUMNS.map((column) => ({ ...column, sort: column.name === "seq" ? "descending" : "none" }));
  const { grid } = gridOf(many(1, 3), { columns, sorted: ({ name }) => sorted.push(name) });
  const [seq, text] = grid.parts.head.children;
  assert.deepEqual([seq, text].map((each) => each.getAttribute("aria-sort")), ["descending", "none"]);
  text.querySelector("button").click();
  assert.deepEqual(sorted, ["text"]);
});

test("where there is nothing, that is said", () => {
  const { grid } = gridOf([]);
  assert.equal(grid.parts.empty.textContent, "nothing yet");
  grid.show(many(1, 1));
  assert.equal(grid.parts.empty.hidden, true);
});

test("columns are as wide as what was seen in them, within bounds, and never narrower again", () => {
  const columns = [
    { name: "a", header: "a", most: 100, cell: ({ a }) => [a] },
    { name: "b", header: "b", spare: 1, worth: ({ b }) => b !== "", cell: ({ b }) => [b] },
    { name: "c", header: "c", spare: 2, cell: () => ["four"] },
    { name: "rest", header: "rest", rest: true, least: 50, cell: () => ["x".repeat(500)] },
  ];
  const widths = new ColumnWidths(columns, document.body);
  assert.ok(widths.see({ a: "word", b: "" }));
  const before = widths.width(columns[0]);
  assert.equal(widths.see({ a: "w", b: "" }), false);
  assert.equal(widths.width(columns[0]), before);
  widths.see({ a: "word".repeat(100), b: "" });
  assert.equal(widths.width(columns[0]), 100);
  const names = (room) => widths.fitting(room).map(({ name }) => name);
  assert.deepEqual(names(0), ["a", "c", "rest"]);
  widths.see({ a: "", b: "there" });
  assert.deepEqual(names(1_000), ["a", "b", "c", "rest"]);
  assert.deepEqual(names(200), ["a", "c", "rest"]);
  assert.deepEqual(names(90), ["a", "rest"]);
  assert.match(widths.template(columns), /minmax\(50px, 1fr\)$/);
});

test("rows of two heights are found by theirs", () => {
  const places = new RowPlaces([row(1), row(2, { error: "oh" }), row(3)], ({ error }) => error ?? null);
  assert.deepEqual([...places.tops], [0, 22, 62, 84]);
  assert.deepEqual([-5, 0, 21, 22, 61, 62, 500].map((top) => places.at(top)), [0, 0, 0, 1, 1, 2, 2]);
  assert.equal(new RowPlaces([], () => null).at(10), 0);
});
