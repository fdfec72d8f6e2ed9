// The lower edge of a frame, by which its height is changed: dragged, or by the arrow keys.

import { html } from "./dom.js";

const EDGE_LEAST = 160;
const EDGE_MOST = 1600;
const EDGE_STEP = 40;
const EDGE_KEYS = { ArrowUp: -EDGE_STEP, ArrowDown: EDGE_STEP, PageUp: -5 * EDGE_STEP, PageDown: 5 * EDGE_STEP };

/**
 * Make the edge of an element; its height is `height` pixels at first.
 *
 * @param {HTMLElement} place
 * @param {number} height
 */
export function frameEdge(place, height) {
  const told = { "aria-orientation": "horizontal", "aria-valuemin": EDGE_LEAST, "aria-valuemax": EDGE_MOST };
  const edge = html("div", { class: "sio-open-edge", role: "separator", tabindex: 0, "aria-label": "height", ...told });
  const set = (/** @type {number} */ wanted) => {
    const now = Math.round(Math.min(Math.max(wanted, EDGE_LEAST), EDGE_MOST));
    place.style.height = `${now}px`;
    edge.setAttribute("aria-valuenow", String(now));
  };
  const now = () => Number(edge.getAttribute("aria-valuenow"));
  edge.addEventListener("pointerdown", (event) => edgeDrag(edge, event, (moved, from) => set(from + moved), now()));
  edge.addEventListener("keydown", (event) => {
    const step = /** @type {Record<string, number>} */ (EDGE_KEYS)[event.key];
    if (!step) return;
    event.preventDefault();
    set(now() + step);
  });
  set(height);
  return edge;
}

/**
 * @param {HTMLElement} edge
 * @param {PointerEvent} began
 * @param {(moved: number, from: number) => void} moveTo
 * @param {number} from
 */
function edgeDrag(edge, began, moveTo, from) {
  if (began.button !== 0) return;
  began.preventDefault();
  // Captured, so that the frame's page does not take the pointer on the way.
  edge.setPointerCapture(began.pointerId);
  edge.focus({ preventScroll: true });
  const move = (/** @type {PointerEvent} */ event) => moveTo(event.clientY - began.clientY, from);
  const end = () => {
    edge.removeEventListener("pointermove", move);
    edge.removeEventListener("lostpointercapture", end);
  };
  edge.addEventListener("pointermove", move);
  edge.addEventListener("lostpointercapture", end);
}
