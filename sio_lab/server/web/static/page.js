// The client page: its parts put together.

import { mountAcksForm } from "./acks_form.js";
import { Connection } from "./connection.js";
import { choice, field, part, press, say, suggest } from "./dom.js";
import { mountEmitForm } from "./emit_form.js";
import { takeFragment } from "./fragment.js";
import { mountLog } from "./log_view.js";
import { mountNotices } from "./notices.js";
import { placesFor } from "./places.js";
import { mountRawForm } from "./raw_form.js";
import { mountRoomsForm } from "./rooms_form.js";
import { askSettings, eventsIn, UNKNOWN } from "./settings.js";
import { showState } from "./state_line.js";
import { wireTabs } from "./tabs.js";
import { cut } from "./text.js";

/** @typedef {import("./refusal.js").Refusal} Refusal */

/** @type {Record<string, string[]>} */
const TRANSPORTS = { both: ["polling", "websocket"], polling: ["polling"], websocket: ["websocket"] };
const places = placesFor(import.meta.url);
const given = takeFragment(location, history);
const pass = given.pass;
const log = mountLog();
const acks = mountAcksForm();
const notices = mountNotices();
let settings = UNKNOWN;
let wordBefore = "";
let attempt = 0;

const nameNow = () => field("name").value.trim();
const namespaceNow = () => `/${field("namespace").value.trim().replace(/^\/+/, "")}`;

const connection = new Connection(/** @type {any} */ (globalThis).io, {
  state(state) {
    showState(state);
    if (state.phase !== "connected") acks.forget();
    if (state.needsCode) forgetName();
    const word = `${state.phase} ${state.why} ${state.attempts}`;
    if (word !== wordBefore && state.phase !== "connected") log.add({ direction: "-", kind: "state", event: state.phase, args: cut(state.why, 400) });
    wordBefore = word;
  },
  packet: (direction, packet) => log.add({ direction, ...packet }),
  event(event, args, answer) {
    notices.told(event, args);
    if (answer) acks.asked(event, answer);
  },
  probe: () => ask().then(() => null, (/** @type {Refusal} */ refusal) => refusal),
});
const offerRooms = mountRoomsForm(connection, nameNow);

/** Ask the server what it serves, and offer it. Throws a Refusal. */
async function ask() {
  settings = await askSettings(places.lab, { lab_pass: pass, lab_name: nameNow() });
  offer();
}

function offer() {
  if (settings.joined) {
    field("name").value = settings.joined;
    field("name").readOnly = true;
    say(part("name-note"), "The class knows you by this name.");
  }
  suggest(part("namespaces"), settings.namespaces);
  suggest(part("events"), eventsIn(settings, namespaceNow()));
  suggest(part("raw-paths"), settings.websockets);
  offerRooms(settings, namespaceNow());
}

/** Who was sent out of a class is known there no longer. */
function forgetName() {
  field("name").readOnly = false;
  say(part("name-note"), "");
}

async function connect() {
  const mine = (attempt += 1);
  showState({ ...connection.state, phase: "connecting", why: "", attempts: 0 });
  try {
    await ask();
  } catch (refusal) {
    if (mine === attempt) connection.refuse(/** @type {Refusal} */ (refusal));
    return;
  }
  if (mine !== attempt) return;
  if (!settings.joined) say(part("name-note"), settings.name_taken ? "Somebody is called so already: the tables in the notebook will show two of them." : "");
  connection.open({
    url: places.root.origin,
    path: places.socketPath(settings.path),
    namespace: namespaceNow(),
    transports: TRANSPORTS[choice("transport").value],
    query: { ...(nameNow() ? { lab_name: nameNow() } : {}), ...(pass ? { lab_pass: pass } : {}) },
  });
}

/** Who has joined a class is there at once, after a reload, too. */
function begin() {
  field("raw-path").value ||= settings.websockets[0] ?? "";
  if (settings.joined) connect();
}

mountEmitForm(connection);
mountRawForm(log, (path) => places.webSocket(path, { lab_pass: pass }));
wireTabs(/** @type {HTMLElement} */ (document.querySelector("[role=tablist]")));
part("connect-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!press("connect").disabled) connect();
});
press("disconnect").addEventListener("click", () => {
  attempt += 1;
  connection.close();
});
field("namespace").addEventListener("change", offer);
field("event").addEventListener("focus", () => ask().catch(() => {})); // cells may have been run meanwhile
part("to-lesson").addEventListener("click", (event) => {
  if (!pass) return;
  event.preventDefault(); // only now: the code is to stand in no address on the page
  location.assign(`${new URL("lesson/", places.lab).href}#${new URLSearchParams({ pass })}`);
});

field("name").value = given.name.slice(0, 40);
if (given.namespace) field("namespace").value = given.namespace.slice(0, 200);
if (Object.hasOwn(TRANSPORTS, given.transport)) choice("transport").value = given.transport;
showState(connection.state);
if (given.connect) connect();
else ask().then(begin, (refusal) => connection.refuse(refusal));
