// The tests of all modules in one process: Node.js starts, and jsdom is loaded, once. What a file leaves ends with it.

import { readdirSync } from "node:fs";
import { after, before, describe } from "node:test";

const HERE = new URL("./", import.meta.url);
const timers = new Set();

for (const name of ["setTimeout", "setInterval"]) {
  const begin = globalThis[name];
  globalThis[name] = (...given) => {
    const timer = begin(...given);
    timers.add(timer);
    return timer;
  };
}

/** End the timers of the file before, which would draw on the next one's page, and put back the globals. */
function tidy(globals) {
  timers.forEach(clearTimeout);
  timers.clear();
  for (const name of Reflect.ownKeys(globalThis)) if (!Object.hasOwn(globals, name)) delete globalThis[name];
  Object.defineProperties(globalThis, globals);
}

for (const name of readdirSync(HERE).filter((each) => each.endsWith(".test.mjs")).sort()) {
  describe(name, async () => {
    let globals;
    before(() => (globals = Object.getOwnPropertyDescriptors(globalThis)));
    after(() => tidy(globals));
    await import(new URL(name, HERE));
  });
}
