// Elements that stay while what they show stays: so focus, scrolling and gentle arrivals survive every patch.

/** @type {WeakMap<Element, Map<any, HTMLElement>>} */
const roomsKept = new WeakMap();

/**
 * Make the children of an element those of `items`, in their order: kept by key, made where they are new.
 *
 * @template T
 * @param {HTMLElement} parent
 * @param {T[]} items
 * @param {(item: T) => any} keyOf
 * @param {(item: T) => HTMLElement} make
 * @param {(element: HTMLElement, item: T) => void} [update]
 */
export function roomsKeep(parent, items, keyOf, make, update) {
  const before = roomsKept.get(parent);
  const old = new Map(before);
  const now = new Map();
  /** @type {Element | null} */
  let last = null;
  for (const item of items) {
    const key = keyOf(item);
    const known = old.get(key);
    const element = known ?? make(item);
    if (!known && before) roomsArrive(element);
    old.delete(key);
    now.set(key, element);
    update?.(element, item);
    const next = roomsStaying(last ? last.nextElementSibling : parent.firstElementChild);
    // An element that is moved loses the focus: only those out of place are.
    if (next !== element) parent.insertBefore(element, next);
    last = element;
  }
  old.forEach(roomsDepart);
  roomsKept.set(parent, now);
}

/** @param {Element | null} element @returns {Element | null} */
function roomsStaying(element) {
  while (element?.classList.contains("sio-rooms-leaving")) element = element.nextElementSibling;
  return element;
}

/** Let an element come gently, once: moved later on, it would come again. @param {HTMLElement} element */
function roomsArrive(element) {
  element.classList.add("sio-rooms-new");
  element.addEventListener(
    "animationend",
    ({ target }) => target === element && element.classList.remove("sio-rooms-new"),
  );
}

/** Let an element fade where that can be seen. @param {HTMLElement} element */
function roomsDepart(element) {
  const still = typeof matchMedia !== "function" || matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still || element.getClientRects().length === 0) {
    element.remove();
    return;
  }
  element.classList.add("sio-rooms-leaving");
  element.inert = true;
  element.addEventListener("animationend", ({ target }) => target === element && element.remove());
}

/**
 * Return the element that an arrow key leads to: left and right in reading order, up and down by where they stand.
 *
 * @param {HTMLElement[]} picks in reading order
 * @param {HTMLElement} from
 * @param {string} key
 * @returns {HTMLElement | undefined}
 */
export function roomsNext(picks, from, key) {
  const place = picks.indexOf(from);
  if (key === "Home") return picks[0];
  if (key === "End") return picks[picks.length - 1];
  if (key === "ArrowLeft") return picks[place - 1];
  if (key === "ArrowRight") return picks[place + 1];
  if (key === "ArrowUp" || key === "ArrowDown") return roomsNearest(picks, from, key === "ArrowDown" ? 1 : -1);
  return undefined;
}

/** @param {HTMLElement[]} picks @param {HTMLElement} from @param {number} way @returns {HTMLElement | undefined} */
function roomsNearest(picks, from, way) {
  const middle = (/** @type {HTMLElement} */ one) => {
    const box = one.getBoundingClientRect();
    return { x: box.left + Math.min(box.width, 60) / 2, y: box.top + box.height / 2 };
  };
  const here = middle(from);
  let best = Infinity;
  let found;
  for (const pick of picks) {
    const there = middle(pick);
    const down = (there.y - here.y) * way;
    const far = down + Math.abs(there.x - here.x) * 2;
    if (down > 4 && far < best) [best, found] = [far, pick];
  }
  return found;
}
