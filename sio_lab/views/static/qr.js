// A QR code as SVG: dark on white with a light edge, whatever the theme; readers find it so.

import { svg } from "./dom.js";

/**
 * Draw a code from its path, which is in modules.
 *
 * @param {number} size modules from edge to edge, the light edge among them
 * @param {string} path
 * @param {string} label
 */
export function qrPicture(size, path, label) {
  const whole = { width: size, height: size };
  return svg("svg", { class: "sio-qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    svg("rect", { ...whole, fill: "#fff" }),
    svg("path", { d: path, fill: "#000" }));
}
