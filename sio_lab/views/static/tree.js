// A value as a tree that unfolds: what is deep, or long, is asked of the kernel when somebody looks.

import { html, isolated } from "./dom.js";
import { counted, plural } from "./format.js";

/**
 * A value as the kernel tells it.
 *
 * @typedef {object} ValueNode
 * @property {"object" | "array" | "tuple" | "text" | "number" | "flag" | "nothing" | "bytes" | "other"} t
 * @property {string} text on one line, bounded
 * @property {number} [size] how many items it has; of a text, characters
 * @property {[string | number, ValueNode][]} [items] the first of them; absent where none has been sent
 * @property {number} [more] how many items are not sent
 * @property {boolean} [long] of a text: that it unfolds into pieces
 */

/** @typedef {(path: number[], first: number) => Promise<ValueNode>} AskBranch */

const TREE_HOLDERS = new Set(["object", "array", "tuple"]);
const TREE_ITEMS = new Set(["Enter", " "]);
const OPEN_UP_TO = 12;

/**
 * A tree of a value, its first level unfolded.
 *
 * @param {string} label
 * @param {ValueNode} node
 * @param {AskBranch} ask for the items of the node at a path (of positions), from the `first` on
 * @returns {HTMLElement}
 */
export function valueTree(label, node, ask) {
  const root = html("ul", {
    ...{ class: "sio-tree", role: "tree", "aria-label": label },
    onkeydown: (/** @type {KeyboardEvent} */ event) => treePressed(root, event),
    onfocusin: (/** @type {FocusEvent} */ event) => treeRove(root, /** @type {HTMLElement} */ (event.target)),
  });
  const top = new TreeBranch({ label: null, node, path: [], ask });
  root.append(top.root);
  top.root.tabIndex = 0;
  if (node.items?.length) top.unfold();
  const [only] = top.branches;
  if (top.branches.length === 1 && only.node.items && only.node.items.length <= OPEN_UP_TO) only.unfold();
  return root;
}

class TreeBranch {
  /** @param {{label: string | number | null, node: ValueNode, path: number[], ask: AskBranch}} told */
  constructor({ label, node, path, ask }) {
    this.node = node;
    this.path = path;
    this.ask = ask;
    this.isOpen = false;
    this.isAsking = false;
    /** @type {TreeBranch[]} */
    this.branches = [];
    this.holds = (TREE_HOLDERS.has(node.t) && Boolean(node.size)) || Boolean(node.long);
    this.fold = html("span", { class: "sio-fold", "aria-hidden": true });
    const line = html("div", { class: "sio-leaf", onclick: () => this.toggle() }, this.fold, ...treeTexts(label, node));
    this.group = html("ul", { role: "group", hidden: true });
    this.root = html("li", { role: "treeitem", tabindex: -1, class: this.holds ? "sio-holds" : null }, line, this.group);
    if (this.holds) this.root.setAttribute("aria-expanded", "false");
    this.root.addEventListener("sio-tree-fold", (event) => {
      event.stopPropagation();
      this.toggle(/** @type {CustomEvent} */ (event).detail);
    });
  }

  /** @param {boolean} [open] the other way by default */
  toggle(open = !this.isOpen) {
    if (!this.holds || open === this.isOpen) return;
    if (open) this.unfold();
    else this.show(false);
  }

  unfold() {
    this.show(true);
    if (this.group.childElementCount) return;
    if (this.node.items) this.add(this.node.items, this.node.more ?? 0);
    else this.fetch();
  }

  /** @param {boolean} open */
  show(open) {
    this.isOpen = open;
    this.group.hidden = !open;
    this.root.setAttribute("aria-expanded", String(open));
  }

  async fetch() {
    if (this.isAsking) return;
    this.isAsking = true;
    this.rest?.remove();
    this.rest = this.note("…");
    try {
      const told = await this.ask(this.path, this.branches.length);
      this.rest.remove();
      this.add(told.items ?? [], told.more ?? 0);
    } catch (error) {
      this.rest.remove();
      this.rest = this.more(`✕ ${error instanceof Error ? error.message : error}. Try again`);
    }
    this.isAsking = false;
  }

  /** @param {[string | number, ValueNode][]} items @param {number} more */
  add(items, more) {
    for (const [label, node] of items) {
      const branch = new TreeBranch({ label, node, path: [...this.path, this.branches.length], ask: this.ask });
      this.branches.push(branch);
      this.group.append(branch.root);
    }
    if (more > 0) this.rest = this.more(`${counted(more)} more`);
  }

  /** @param {string} text */
  more(text) {
    const held = Boolean(this.rest?.contains(document.activeElement));
    const item = this.note(text);
    item.classList.add("sio-more");
    item.onclick = () => this.fetch();
    if (held) item.focus();
    return item;
  }

  /** @param {string} text */
  note(text) {
    const item = html("li", { role: "treeitem", tabindex: -1, class: "sio-note" }, html("div", { class: "sio-leaf" }, text));
    this.group.append(item);
    return item;
  }
}

/** @param {string | number | null} label @param {ValueNode} node */
function treeTexts(label, node) {
  const key = label === null ? null : isolated(String(label), { class: typeof label === "number" ? "sio-index" : "sio-key" });
  const value = isolated(node.text, { class: `sio-value sio-t-${node.t}`, dir: "ltr" });
  return [key, key && html("span", { class: "sio-colon" }, ": "), value, treeSize(node)];
}

/** @param {ValueNode} node how long it is, where its text does not show it */
function treeSize({ t, text, size = 0 }) {
  if (t === "text") return text.includes("…") ? html("span", { class: "sio-size" }, plural(size, "character")) : null;
  return TREE_HOLDERS.has(t) && size > OPEN_UP_TO ? html("span", { class: "sio-size" }, plural(size, "item")) : null;
}

/** @param {HTMLElement} root @param {HTMLElement} target */
function treeRove(root, target) {
  const item = target.closest("[role=treeitem]");
  for (const each of root.querySelectorAll("[role=treeitem][tabindex='0']")) each.setAttribute("tabindex", "-1");
  item?.setAttribute("tabindex", "0");
}

/** @param {HTMLElement} root @param {KeyboardEvent} event */
function treePressed(root, event) {
  const item = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[role=treeitem]")) : null;
  if (!item || event.altKey || event.ctrlKey || event.metaKey || !treeActs(root, item, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** @param {HTMLElement} root @param {HTMLElement} item @param {string} key @returns {boolean} whether it does anything */
function treeActs(root, item, key) {
  const all = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[role=treeitem]")].filter((each) => !each.closest("[hidden]")));
  const at = all.indexOf(item);
  const isOpen = item.getAttribute("aria-expanded") === "true";
  const above = /** @type {HTMLElement | null | undefined} */ (item.parentElement?.closest("[role=treeitem]"));
  const fold = (/** @type {boolean} */ open) => item.dispatchEvent(new CustomEvent("sio-tree-fold", { detail: open, bubbles: true }));
  if (key === "ArrowDown") all[at + 1]?.focus();
  else if (key === "ArrowUp") all[at - 1]?.focus();
  else if (key === "Home") all[0].focus();
  else if (key === "End") all[all.length - 1].focus();
  else if (key === "ArrowRight") isOpen ? all[at + 1]?.focus() : fold(true);
  else if (key === "ArrowLeft") isOpen ? fold(false) : above?.focus();
  else if (!TREE_ITEMS.has(key)) return false;
  else if (item.classList.contains("sio-more")) item.click();
  else fold(!isOpen);
  return true;
}
