// Finds the lab's server from where the notebook is shown: which address leads there, only the browser can tell.

/**
 * What the kernel tells, as `Pointer.where` has it.
 *
 * @typedef {object} Pointed
 * @property {boolean} running
 * @property {number} port
 * @property {string} url the address for clients on the kernel's machine
 * @property {string | null} public
 * @property {string} token
 * @property {string | null} base the notebook server's path, as far as the kernel knows it
 * @property {string} path
 * @property {boolean} own whether the path is one of the lab's own pages
 * @property {boolean} allowed whether pages of the program may come through Jupyter's proxy
 * @property {string | null} credential what lets into a class
 */

/**
 * An address that may lead to the server, its slash at the end included. `shared` tells that its pages are of the
 * notebook's own origin, so that a script in them could drive the notebook.
 *
 * @typedef {{address: string, how: string, shared: boolean}} Candidate
 */

/** @typedef {{base: string | null, host: string, hostname: string, protocol: string, origin: string}} NotebookPage */

/** @typedef {{found: Candidate | null, tried: (Candidate & {status: number})[]}} Search */

export const DIRECT = "direct";
export const BY_PROXY = "through Jupyter's proxy";
export const BY_PUBLIC_URL = "at your public_url";
export const BY_COLAB = "through Colab's proxy";
const FINDER_PATIENCE = 4000;
const FINDER_FOUND = 204;

/**
 * Say where the notebook is shown: JupyterLab and Notebook write their base URL into the page.
 *
 * @param {Document} document
 * @param {Location} location
 * @returns {NotebookPage}
 */
export function notebookPage(document, location) {
  const { host, hostname, protocol, origin } = location;
  return { base: finderBase(document), host, hostname, protocol, origin };
}

/** @param {Document} document @returns {string | null} */
function finderBase(document) {
  const written = document.getElementById("jupyter-config-data")?.textContent;
  try {
    const { baseUrl } = JSON.parse(written ?? "");
    if (baseUrl) return baseUrl;
  } catch {
    // It is another front end's page.
  }
  return document.body.dataset.baseUrl ?? null;
}

/** @param {NotebookPage} page what the kernel is told of it, where it is of the web */
export function toldOf(page) {
  return page.protocol.startsWith("http") ? { host: page.host, origin: page.origin } : {};
}

/**
 * Name the addresses to try, in this order: what the reader has set; then, for the lab's own pages, which are safe
 * there, Jupyter's proxy first; for the program's pages the proxy behind what has an origin of its own. A page from
 * afar asks its reader's computer last: the kernel is hardly there, and browsers ask before they look.
 *
 * @param {Pointed} pointed
 * @param {NotebookPage} page
 * @param {boolean} proxyFirst
 * @returns {Candidate[]}
 */
export function candidates(pointed, page, proxyFirst) {
  const isNear = !page.protocol.startsWith("http") || isLoopback(page.hostname);
  const local = [`http://127.0.0.1:${pointed.port}`, `http://localhost:${pointed.port}`];
  const named = [finderBeside(page, pointed.port), pointed.url];
  const direct = isNear ? [...named, ...local] : named.filter((address) => address && !finderIsLocal(address));
  const proxy = finderProxy(pointed, page);
  const order = proxyFirst ? [proxy, ...direct, ...local] : [...direct, proxy, ...local];
  /** @type {Map<string, Candidate>} */
  const made = new Map();
  for (const address of [pointed.public, ...order]) {
    const url = finderUrl(address, page);
    if (url === null || made.has(url)) continue;
    const how = address === pointed.public ? BY_PUBLIC_URL : address === proxy ? BY_PROXY : DIRECT;
    made.set(url, { address: url, how, shared: new URL(url).origin === page.origin });
  }
  return [...made.values()];
}

/** @param {string} hostname */
export function isLoopback(hostname) {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** @param {string} address */
function finderIsLocal(address) {
  return isLoopback(new URL(address).hostname);
}

/** @param {NotebookPage} page @param {number} port */
function finderBeside(page, port) {
  return page.protocol.startsWith("http") && page.hostname ? `http://${page.hostname}:${port}` : null;
}

/** @param {Pointed} pointed @param {NotebookPage} page */
function finderProxy(pointed, page) {
  const base = page.base ?? pointed.base;
  return base !== null && page.protocol.startsWith("http") ? new URL(`${base}/proxy/${pointed.port}`.replace(/\/+/g, "/"), page.origin).href : null;
}

/**
 * An address with one slash at its end; null for what an https page would not be let load, and for no address.
 *
 * @param {string | null} address
 * @param {NotebookPage} page
 */
function finderUrl(address, page) {
  try {
    const url = new URL(address ?? "");
    const isLoadable = url.protocol === "https:" || (url.protocol === "http:" && (page.protocol !== "https:" || isLoopback(url.hostname)));
    return isLoadable ? `${url.origin}${url.pathname.replace(/\/*$/, "/")}` : null;
  } catch {
    return null;
  }
}

/**
 * Try addresses, one after another, until one leads to the server that knows the token.
 *
 * @param {Candidate[]} among
 * @param {string} token
 * @returns {Promise<Search>}
 */
export async function findServer(among, token) {
  /** @type {Search["tried"]} */
  const tried = [];
  for (const candidate of among) {
    const status = await finderProbe(candidate, token);
    if (status === FINDER_FOUND) return { found: candidate, tried };
    tried.push({ ...candidate, status });
  }
  // What the reader has set may not let itself be asked by scripts of other sites, and be right all the same.
  return { found: among.find(({ how }) => how === BY_PUBLIC_URL) ?? null, tried };
}

/** @param {Candidate} candidate @param {string} token @returns {Promise<number>} the HTTP status, 0 for no answer */
async function finderProbe({ address, shared }, token) {
  const credentials = shared ? "same-origin" : "omit";
  const signal = AbortSignal.timeout(FINDER_PATIENCE);
  try {
    const asked = `${address}_lab/here?key=${encodeURIComponent(token)}`;
    return (await fetch(asked, { credentials, signal, cache: "no-store", referrerPolicy: "no-referrer" })).status;
  } catch {
    return 0;
  }
}

/**
 * Ask Colab for the address of a port, by the call that it documents; null elsewhere. Not tested: Colab runs nowhere
 * else.
 *
 * @param {number} port
 * @returns {Promise<Candidate | null>}
 */
export async function colabAddress(port) {
  const kernel = /** @type {any} */ (globalThis).google?.colab?.kernel;
  if (typeof kernel?.proxyPort !== "function") return null;
  const address = String(await kernel.proxyPort(port, { cache: true }));
  return { address: address.replace(/\/*$/, "/"), how: BY_COLAB, shared: false };
}

/**
 * The address of what is shown, as it is loaded, and as it is read. Colab's proxy passes no WebSockets; a class lets in
 * who shows a pass: the lab's page by itself, for those of the program the server keeps it as a cookie. The lab's page
 * is as dark as the notebook around it.
 *
 * @param {Candidate} found
 * @param {Pointed} pointed
 */
export function pageAddress(found, pointed) {
  const url = new URL(found.address + pointed.path.replace(/^\/+/, ""));
  const shown = url.href;
  const told = new URLSearchParams();
  if (pointed.own && pointed.credential) told.set("pass", pointed.credential);
  if (pointed.own && found.how === BY_COLAB) told.set("transport", "polling");
  const isLight = globalThis.document?.body?.dataset.jpThemeLight;
  if (pointed.own && isLight) told.set("theme", isLight === "true" ? "light" : "dark");
  if (told.size) url.hash = told.toString();
  if (!pointed.own && pointed.credential) url.searchParams.set("lab_pass", pointed.credential);
  return { address: url.href, shown };
}

/**
 * Find the server for one page of its, as the kernel points to it.
 *
 * @param {import("./link.js").Link} link
 * @param {string} path
 * @param {boolean} [proxyFirst] as the lab's own pages have it, if left out
 * @returns {Promise<{pointed: Pointed, page: NotebookPage} & Search>}
 */
export async function search(link, path, proxyFirst = undefined) {
  const page = notebookPage(document, location);
  /** @type {Pointed} */
  const pointed = await link.ask("where", { path, ...toldOf(page) });
  if (!pointed.running) return { pointed, page, found: null, tried: [] };
  const inColab = await colabAddress(pointed.port);
  if (inColab) return { pointed, page, found: inColab, tried: [] };
  const among = candidates(pointed, page, proxyFirst ?? pointed.own);
  return { pointed, page, ...(await findServer(among, pointed.token)) };
}
