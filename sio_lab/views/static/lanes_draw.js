// One step of the sequence diagram as SVG, and where its lanes are.

import { svg } from "./dom.js";

/** @typedef {{id: number, label: string, full: string, kind: string}} LaneHead */

/**
 * As the feed tells it; `look` is in, out, ack, note, line or gap.
 *
 * @typedef {object} LaneStep
 * @property {number} seq
 * @property {number} row
 * @property {string} time
 * @property {string} kind
 * @property {string} look
 * @property {string} caption
 * @property {number} from
 * @property {number[]} to
 * @property {number} failed
 * @property {string} [aside]
 * @property {string} [args]
 * @property {string} [ack]
 * @property {string} [status]
 * @property {string} [note]
 */

export const LANE_ROW = 28;
const LANE_LEFT = 140;
const LANE_RIGHT = 132;
const LANE_NARROW = 104;
const LANE_WIDE = 250;
const LANE_GAP = 10;
const LANE_LETTER = 6.9;

export class LanePlaces {
  /** @param {LaneHead[]} lanes @param {number} room how wide the picture may be without scrolling */
  constructor(lanes, room) {
    const between = Math.max(lanes.length - 1, 1);
    const spare = (room - LANE_LEFT - LANE_RIGHT) / between;
    this.lanes = lanes;
    this.room = room;
    this.spacing = Math.round(Math.min(Math.max(spare, LANE_NARROW), LANE_WIDE));
    this.width = Math.max(room, LANE_LEFT + this.spacing * (lanes.length - 1) + LANE_RIGHT);
    /** @type {Map<number, number>} */
    this.across = new Map(lanes.map((lane, place) => [lane.id, LANE_LEFT + this.spacing * place]));
    /** @type {Map<number, string>} */
    this.labels = new Map(lanes.map((lane) => [lane.id, lane.label]));
  }

  /** @param {number} id */
  of(id) {
    return this.across.get(id) ?? LANE_LEFT;
  }

  /** Whether a place is out of sight while the server's lane is in sight. @param {number} x */
  isFar(x) {
    return x > this.room;
  }
}

/**
 * What a step looks like; its top left corner is at 0, 0.
 *
 * @param {LaneStep} step
 * @param {LanePlaces} places
 * @returns {SVGElement[]}
 */
export function laneStepDrawn(step, places) {
  const band = svg("rect", { class: "sio-seq-band", width: places.width, height: LANE_ROW });
  const time = svg("text", { class: "sio-seq-time", x: LANE_GAP, y: 18 }, step.time);
  const ends = step.to.map((id) => places.of(id)).filter((end) => end !== places.of(step.from));
  const drawn = ends.length > 0 ? laneArrow(step, ends, places) : laneNote(step, places);
  return [band, time, ...drawn];
}

/**
 * The whole step in a sentence, for screen readers.
 *
 * @param {LaneStep} step
 * @param {LanePlaces} places
 */
export function laneStepSpoken(step, places) {
  const named = step.caption.includes(step.kind) ? step.caption : `${step.kind} ${step.caption}`;
  const args = step.args ? `arguments ${step.args}` : "";
  const ack = step.ack ? `ack ${step.ack}` : "";
  const told = [step.failed ? "failed" : "", named, laneEnds(step, places), args, ack, step.status, step.note, step.time];
  return told.filter(Boolean).join(", ");
}

/** @param {LaneStep} step @param {LanePlaces} places */
export function laneEnds(step, places) {
  const name = (/** @type {number} */ id) => places.labels.get(id) ?? "a client that has left";
  if (step.look === "line" || step.look === "gap") return "";
  if (step.to.length === 0) return `at ${name(step.from)}`;
  const shown = step.to.slice(0, 6).map(name).join(", ");
  const more = step.to.length > 6 ? ` and ${step.to.length - 6} more` : "";
  return `from ${name(step.from)} to ${shown}${more}`;
}

/** @param {LaneStep} step @param {number[]} ends @param {LanePlaces} places */
function laneArrow(step, ends, places) {
  const start = places.of(step.from);
  const far = ends.reduce((one, other) => (Math.abs(other - start) > Math.abs(one - start) ? other : one));
  const way = far > start ? 1 : -1;
  const level = 21;
  const stem = svg("path", { class: "sio-seq-stem", d: `M${start} ${level}H${far}` });
  const tips = laneTips(step, ends, level, way);
  const text = laneText(step, laneTextPlace(step, start, far, places), 14);
  return [stem, ...laneTail(step, start, level), tips, text, ...laneFarText(step, Math.max(start, far), places, 14)];
}

/**
 * Where an end lies so far from the server that both are never in sight, say at the server what is there.
 *
 * @param {LaneStep} step
 * @param {number} far
 * @param {LanePlaces} places
 * @param {number} y
 */
function laneFarText(step, far, places, y) {
  if (!laneIsNamedTwice(step, far, places)) return [];
  const name = laneFarName(step, places);
  const [lead, trail] = step.to.length === 0 ? [`${name} `, ""] : ["", ` ${places.of(step.from) === far ? "from" : "to"} ${name}`];
  const aside = (/** @type {string} */ text) => (text ? svg("tspan", { class: "sio-seq-aside" }, text) : null);
  const given = { class: "sio-seq-text sio-seq-far", x: LANE_LEFT + LANE_GAP, y, "aria-hidden": "true" };
  return [svg("text", given, aside(lead), (step.failed ? "✕ " : "") + step.caption, aside(trail))];
}

/** @param {LaneStep} step @param {LanePlaces} places */
function laneFarName(step, places) {
  const client = places.of(step.from) === LANE_LEFT ? step.to[0] : step.from;
  return places.labels.get(client) ?? "";
}

/** Whether there is room for a text at both ends. @param {LaneStep} step @param {number} far @param {LanePlaces} places */
function laneIsNamedTwice(step, far, places) {
  if (!places.isFar(far) || step.to.length > 1) return false;
  const there = step.to.length === 0 ? 0 : laneTextWidth(`✕ ${step.caption}  ${step.aside ?? ""}`);
  const here = laneTextWidth(`✕ ${step.caption} from ${laneFarName(step, places)}`);
  return here + there + 4 * LANE_GAP < far - LANE_LEFT;
}

/** @param {LaneStep} step @param {LanePlaces} places */
function laneNote(step, places) {
  const at = places.of(step.from);
  const text = laneText(step, { x: at + LANE_GAP, anchor: "start" }, 18);
  if (step.look === "line" || step.look === "gap") {
    const end = at + 3 * LANE_GAP + laneTextWidth(`${step.caption}  ${step.aside ?? ""}`);
    const d = `M${LANE_LEFT - 46} 14H${at}M${end} 14H${Math.max(places.width - LANE_GAP, end)}`;
    return [svg("path", { class: "sio-seq-stem", d }), text];
  }
  const mark = step.failed ? laneCross(at, 14) : svg("path", { class: "sio-seq-full", d: `M${at - 4} 14l4-4 4 4-4 4z` });
  return [mark, text, ...laneFarText(step, at, places, 18)];
}

/** @param {LaneStep} step @param {number} start @param {number} end @param {LanePlaces} places */
function laneTextPlace(step, start, end, places) {
  const left = Math.min(start, end);
  const right = Math.max(start, end);
  const wide = laneTextWidth(`${step.caption}  ${step.aside ?? ""}`) + 2 * LANE_GAP > right - left;
  if (wide || step.to.length > 1) return { x: left + LANE_GAP, anchor: "start" };
  if (laneIsNamedTwice(step, right, places)) return { x: right - LANE_GAP, anchor: "end" };
  if (places.isFar(right)) return { x: left + LANE_GAP, anchor: "start" };
  return { x: (left + right) / 2, anchor: "middle" };
}

/** @param {string} text */
function laneTextWidth(text) {
  let letters = 0;
  for (const letter of text) letters += letter > "\u1100" ? 2 : 1;
  return letters * LANE_LETTER;
}

/** @param {LaneStep} step @param {{x: number, anchor: string}} place @param {number} y */
function laneText(step, place, y) {
  // A note has its mark at the lane.
  const mark = step.failed && step.to.length > 0 ? "✕ " : "";
  const aside = step.aside ? svg("tspan", { class: "sio-seq-aside", dx: 7 }, step.aside) : null;
  return svg("text", { class: "sio-seq-text", x: place.x, y, "text-anchor": place.anchor }, mark + step.caption, aside);
}

/** @param {LaneStep} step @param {number} x @param {number} y @returns {SVGElement[]} */
function laneTail(step, x, y) {
  if (step.kind === "connect") return [svg("circle", { class: "sio-seq-full", cx: x, cy: y, r: 3.5 })];
  return step.kind === "disconnect" ? [svg("path", { d: `M${x} ${y - 5}v10` })] : [];
}

/**
 * The heads of an arrow, one at each recipient, as one path: an emit may have many.
 *
 * @param {LaneStep} step
 * @param {number[]} ends
 * @param {number} y
 * @param {number} way
 */
function laneTips(step, ends, y, way) {
  if (step.failed) return laneCross(ends[0] - 7 * way, y);
  const isFull = step.look === "in";
  const tip = (/** @type {number} */ x) =>
    isFull ? `M${x} ${y}l${-8 * way} -4v8z` : `M${x - 7 * way} ${y - 4}L${x} ${y}l${-7 * way} 4`;
  return svg("path", { class: isFull ? "sio-seq-full" : "sio-seq-tips", d: ends.map(tip).join("") });
}

/** @param {number} x @param {number} y */
function laneCross(x, y) {
  return svg("path", { class: "sio-seq-cross", d: `M${x - 4} ${y - 4}l8 8m0-8l-8 8` });
}
