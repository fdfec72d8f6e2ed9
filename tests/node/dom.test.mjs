import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { button, html, isolated, svg } from "../../sio_lab/views/static/dom.js";
import { openPage } from "./page.mjs";

beforeEach(() => openPage());

test("texts are text, whatever markup they hold", () => {
  const made = html("p", { title: '"><script>' }, "<img src=x onerror=alert(1)>", 3, null, false, undefined);
  assert.equal(made.children.length, 0);
  assert.equal(made.textContent, "<img src=x onerror=alert(1)>3");
  assert.equal(made.title, '"><script>');
});

test("attributes that are false or nothing are left out, true is an empty one", () => {
  const made = html("input", { hidden: true, disabled: false, title: null, size: 3 });
  assert.equal(made.outerHTML, '<input hidden="" size="3">');
});

test("functions are listeners", () => {
  let pressed = 0;
  const made = button("Go", () => (pressed += 1), { class: "sio-primary" });
  made.click();
  assert.equal(pressed, 1);
  assert.equal(made.type, "button");
  assert.ok(made.classList.contains("sio-primary"));
});

test("drawings are of SVG's namespace, and isolated text stands in a bdi", () => {
  assert.equal(svg("path", { d: "M0 0" }).namespaceURI, "http://www.w3.org/2000/svg");
  assert.equal(isolated("مرحبا").outerHTML, "<bdi>مرحبا</bdi>");
});
