// A minute of numbers as a small line: what it shows is told in words too, to who can't see it.

import { svg } from "./dom.js";

const SPARK_WIDTH = 90;
const SPARK_HEIGHT = 20;

/**
 * Make a sparkline of values, oldest first; `label` is what they are, as in "events a second".
 *
 * @param {number[]} values
 * @param {{label: string}} told
 * @returns {{element: SVGElement, update: (values: number[]) => void}}
 */
export function sparkline(values, { label }) {
  const area = svg("path", { class: "sio-dash-spark-area" });
  const line = svg("path", { class: "sio-dash-spark-line" });
  const title = svg("title");
  const look = { class: "sio-dash-spark", viewBox: `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`, width: SPARK_WIDTH, height: SPARK_HEIGHT };
  const element = svg("svg", { ...look, role: "img", preserveAspectRatio: "none" }, title, area, line);
  const update = (/** @type {number[]} */ now) => {
    const drawn = sparkPath(now);
    line.setAttribute("d", drawn);
    area.setAttribute("d", drawn && `${drawn}V${SPARK_HEIGHT}H0Z`);
    const words = sparkWords(label, now);
    element.setAttribute("aria-label", words);
    title.textContent = words;
  };
  update(values);
  return { element, update };
}

/** @param {number[]} values */
function sparkPath(values) {
  const most = Math.max(1, ...values);
  const step = SPARK_WIDTH / Math.max(1, values.length - 1);
  // Half a pixel above the ground, so that a line of zeros is seen whole.
  const heights = values.map((value) => SPARK_HEIGHT - 1 - (value / most) * (SPARK_HEIGHT - 2.5));
  return heights.map((y, place) => `${place ? "L" : "M"}${sparkRound(place * step)} ${sparkRound(y)}`).join("");
}

/** @param {string} label @param {number[]} values */
function sparkWords(label, values) {
  const now = values.at(-1) ?? 0;
  return `${label}: ${now} now, at most ${Math.max(0, ...values)} in the last ${values.length} seconds`;
}

/** @param {number} value */
function sparkRound(value) {
  return Math.round(value * 10) / 10;
}
