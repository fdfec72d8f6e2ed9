// The classic page of two forms: one text comes back to this page alone, the other to all.

import { copyText } from "./copy.js";
import { field, make, part, press, say } from "./dom.js";
import { takeFragment } from "./fragment.js";
import { placesFor } from "./places.js";
import { whyFailed, whyLost, whyNotLetIn, whyRefused } from "./reasons.js";
import { isFinal, refusalOf } from "./refusal.js";
import { askSettings, eventsIn } from "./settings.js";
import { clock, shown } from "./text.js";

const MOST = 100;
const places = placesFor(import.meta.url);
const { pass } = takeFragment(location, history);

/** @param {string} state @param {string} word @param {string} [why] */
function tell(state, word, why = "") {
  part("state").dataset.state = state;
  part("state-word").textContent = word;
  say(part("why"), why);
}

/** @param {unknown} data */
function received(data) {
  const value = data && typeof data === "object" ? /** @type {Record<string, unknown>} */ (data).data : data;
  const text = typeof value === "string" ? value.slice(0, 500) : shown(value);
  part("received").append(make("li", {}, make("time", {}, clock(Date.now())), " ", make("bdi", {}, text)));
  while (part("received").childElementCount > MOST) part("received").firstElementChild?.remove();
  part("received-empty").hidden = true;
}

/** @param {any} socket @param {string} form @param {string} event @param {string} text */
function sends(socket, form, event, text) {
  part(form).addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    if (!socket.connected) return say(part("sent"), "Not connected: nothing was sent.", "bad");
    socket.emit(event, { data: field(text).value });
    say(part("sent"), `Sent ${event}.`, "good");
  });
}

/** @param {any} socket @param {any} error */
function failed(socket, error) {
  if (!socket.active) return tell("refused", "Refused", error.data?.code === undefined ? whyNotLetIn("/", error.message) : String(error.message).slice(0, 300));
  const refusal = refusalOf(Number(error.description) || 0, String(error.context?.responseText ?? ""));
  if (isFinal(refusal)) socket.disconnect();
  tell(isFinal(refusal) ? "refused" : "waiting", isFinal(refusal) ? "Refused" : "Reconnecting", whyFailed(error, refusal));
}

async function begin() {
  const settings = await askSettings(places.lab, { lab_pass: pass });
  const answered = eventsIn(settings, "/");
  if (answered.includes("my event") && answered.includes("my broadcast event")) part("handlers-note").textContent = "They are there already: you can send.";
  const query = pass ? { lab_pass: pass } : {};
  const socket = /** @type {any} */ (globalThis).io(places.root.origin, { path: places.socketPath(settings.path), query });
  socket.on("connect", () => tell("connected", "Connected"));
  socket.on("disconnect", (/** @type {string} */ reason, /** @type {any} */ details) =>
    tell(socket.active ? "waiting" : "closed", socket.active ? "Reconnecting" : "Disconnected", whyLost(reason, details)));
  socket.on("connect_error", (/** @type {any} */ error) => failed(socket, error));
  socket.on("my response", received);
  sends(socket, "echo-form", "my event", "echo-text");
  sends(socket, "broadcast-form", "my broadcast event", "broadcast-text");
}

press("copy-handlers").addEventListener("click", async () => {
  press("copy-handlers").textContent = (await copyText(part("handlers").textContent ?? "")) ? "Copied" : "Can't copy here";
  setTimeout(() => (press("copy-handlers").textContent = "Copy"), 1500);
});
for (const form of ["echo-form", "broadcast-form"]) part(form).addEventListener("submit", (event) => event.preventDefault());
tell("connecting", "Connecting");
begin().catch((refusal) => tell("refused", "Not connected", whyRefused(refusal)));
