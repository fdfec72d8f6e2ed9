// What stands behind the # of the page's address: a pass for the class among it, which must not stay there.

/**
 * @typedef {object} Given
 * @property {string} pass lets into the class; kept in memory only
 * @property {string} name
 * @property {string} namespace
 * @property {string} transport
 * @property {boolean} connect whether to connect at once
 */

/**
 * Take what is given, and take it off the address bar and the history.
 *
 * @param {Pick<Location, "hash" | "pathname" | "search">} place
 * @param {Pick<History, "replaceState" | "state">} past
 * @returns {Given}
 */
export function takeFragment(place, past) {
  const given = new URLSearchParams(place.hash.slice(1));
  const known = ["pass", "name", "namespace", "transport", "connect", "theme"].some((key) => given.has(key));
  if (known) past.replaceState(past.state, "", `${place.pathname}${place.search}`);
  return {
    pass: given.get("pass") ?? "",
    name: given.get("name") ?? "",
    namespace: given.get("namespace") ?? "",
    transport: given.get("transport") ?? "",
    connect: given.has("connect"),
  };
}
