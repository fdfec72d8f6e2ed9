// A namespace as a grid: a dot where a client is in a room.

import { html, svg } from "./dom.js";
import { roomsKeep } from "./rooms_keep.js";
import { roomsDressClient, roomsDressRoom, roomsMakeClient, roomDots, roomPicks, roomsCounted } from "./rooms_picks.js";

/** @typedef {import("./rooms_picks.js").Room} Room */
/** @typedef {import("./rooms_picks.js").RoomClient} RoomClient */
/** @typedef {import("./rooms_picks.js").RoomPlace} RoomPlace */
/** @typedef {import("./rooms_picks.js").RoomPick} RoomPick */

/** Pixels from one column to the next: `--sio-step` in the style sheet. */
const ROOMS_STEP = 24;

/** A grid: what there is more of goes down, the other across; beside it a ruler of what is lit. */
export function roomsEmptyGrid() {
  const heads = html("div", { class: "sio-rooms-heads" });
  const head = html("div", { class: "sio-rooms-grid-head" }, html("div", { class: "sio-rooms-corner" }), heads);
  const inner = html(
    "div",
    { class: "sio-rooms-grid-inner" },
    html("div", { class: "sio-rooms-bands" }),
    head,
    html("div", { class: "sio-rooms-rows" }),
  );
  return html(
    "div",
    { class: "sio-rooms-ruled" },
    html("div", { class: "sio-rooms-grid" }, inner),
    html("div", { class: "sio-rooms-ruler", "aria-hidden": "true" }),
  );
}

/** @typedef {{key: any, client: RoomClient | null, room: Room | null}} RoomLine */

/** Show clients and rooms in a grid. @param {HTMLElement} ruled @param {RoomPlace} place */
export function roomsDrawGrid(ruled, place) {
  const clients = place.clients.map((client) => ({ key: client[0], client, room: null }));
  const rooms = place.rooms.map((room) => ({ key: room.key, client: null, room }));
  /** @type {RoomLine[][]} */
  const [down, across] = rooms.length > clients.length ? [rooms, clients] : [clients, rooms];
  const inner = /** @type {HTMLElement} */ (ruled.firstElementChild?.firstElementChild);
  const [, head, rows] = /** @type {HTMLElement[]} */ ([...inner.children]);
  inner.style.setProperty("--sio-across", String(across.length));
  const [corner, heads] = /** @type {HTMLElement[]} */ ([...head.children]);
  corner.textContent = down === rooms ? "room \\ client" : "client \\ room";
  roomsKeep(heads, across, roomsLineKey, roomsMakeHead, (element, line) => roomsDressLine(element, line, place));
  const cells = roomsCellsOf(place, down === rooms);
  roomsKeep(rows, down, roomsLineKey, roomsMakeRow, (element, line) =>
    roomsDrawRow(element, line, place, cells.get(line.key) ?? []),
  );
}

/** @param {RoomLine} line */
function roomsLineKey(line) {
  return `${line.room ? "room" : "client"} ${line.key}`;
}

/** @param {RoomPlace} place @param {boolean} byRoom @returns {Map<any, {column: number, key: any, sid: string}[]>} */
function roomsCellsOf(place, byRoom) {
  const cells = new Map();
  place.rooms.forEach((room, number) =>
    room.members.forEach((position) => {
      const [sid] = place.clients[position];
      const row = byRoom ? room.key : sid;
      if (!cells.has(row)) cells.set(row, []);
      cells.get(row).push({ column: byRoom ? position : number, key: byRoom ? sid : room.key, sid });
    }),
  );
  return cells;
}

/** @param {RoomLine} line */
function roomsMakeHead(line) {
  const pick = line.room
    ? html("button", { type: "button", class: "sio-rooms-pick sio-rooms-room" })
    : roomsMakeClient();
  return html("div", { class: "sio-rooms-column" }, pick, html("span", { class: "sio-count", "aria-hidden": "true" }));
}

/** @param {RoomLine} line */
function roomsMakeRow(line) {
  const row = roomsMakeHead(line);
  row.className = "sio-rooms-row";
  row.append(html("div", { class: "sio-rooms-cells", "aria-hidden": "true" }));
  return row;
}

/** @param {HTMLElement} element @param {RoomLine} line @param {RoomPlace} place */
function roomsDressLine(element, line, place) {
  const [pick, count] = /** @type {HTMLElement[]} */ ([...element.children]);
  if (line.room) roomsDressRoom(pick, line.room, place);
  if (line.client) roomsDressClient(pick, line.client, place);
  count.textContent = line.room ? line.room.count.toLocaleString("en") : "";
}

/**
 * @param {HTMLElement} row
 * @param {RoomLine} line
 * @param {RoomPlace} place
 * @param {{column: number, key: any, sid: string}[]} cells
 */
function roomsDrawRow(row, line, place, cells) {
  roomsDressLine(row, line, place);
  const inside = /** @type {HTMLElement} */ (row.lastElementChild);
  roomsKeep(
    inside,
    cells,
    (cell) => cell.key,
    roomsMakeDot,
    (dot, cell) => {
      roomDots.set(dot, cell.sid);
      const left = `${cell.column * ROOMS_STEP}px`;
      if (dot.style.left !== left) dot.style.left = left;
    },
  );
  if (line.client) row.firstElementChild?.setAttribute("aria-description", `in ${roomsCounted(cells.length, "room")}`);
}

function roomsMakeDot() {
  return html("i", { class: "sio-rooms-dot" });
}

/**
 * Mark columns of a grid: those lit, and the one pointed at.
 *
 * @param {HTMLElement} ruled
 * @param {(pick: RoomPick) => string} lookOf "" for those without a mark
 */
export function roomsMarkColumns(ruled, lookOf) {
  const [bands, head] = /** @type {HTMLElement[]} */ ([
    ...(ruled.querySelector(".sio-rooms-grid-inner")?.children ?? []),
  ]);
  const columns = [...(head.lastElementChild?.children ?? [])].map((column, number) => {
    const pick = roomPicks.get(/** @type {Element} */ (column.firstElementChild));
    return { number, look: pick ? lookOf(pick) : "" };
  });
  bands.replaceChildren(
    ...columns
      .filter((column) => column.look)
      .map(({ number, look }) => html("div", { class: `sio-rooms-band ${look}`, style: `--sio-at: ${number}` })),
  );
}

/**
 * Mark on the ruler which rows are lit; where none of them is in sight, the first one is brought there.
 *
 * @param {HTMLElement} ruled
 * @param {boolean} brings
 */
export function roomsMarkRows(ruled, brings) {
  const [grid, ruler] = /** @type {HTMLElement[]} */ ([...ruled.children]);
  const rows = /** @type {HTMLElement[]} */ ([...(grid.querySelector(".sio-rooms-rows")?.children ?? [])]);
  const lit = rows.flatMap((row, number) => (row.matches(".sio-rooms-heard, .sio-rooms-chosen-line") ? [number] : []));
  const head = /** @type {HTMLElement | null} */ (grid.querySelector(".sio-rooms-grid-head"))?.offsetHeight ?? 0;
  const isLong = grid.scrollHeight > grid.clientHeight + 1;
  ruler.style.marginTop = `${head}px`;
  const path = lit.map((number) => `M0 ${number}h1v1h-1z`).join("");
  const drawn = { viewBox: `0 0 1 ${rows.length}`, preserveAspectRatio: "none", width: "100%", height: "100%" };
  ruler.replaceChildren(...(isLong && path ? [svg("svg", drawn, svg("path", { d: path }))] : []));
  const top = (/** @type {number} */ number) => rows[number].offsetTop;
  const isSeen = lit.some(
    (number) => top(number) >= grid.scrollTop && top(number) < grid.scrollTop + grid.clientHeight - head - 10,
  );
  if (brings && isLong && lit.length && !isSeen) grid.scrollTop = Math.max(top(lit[0]) - 44, 0);
}
