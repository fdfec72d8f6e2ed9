// Where everything is: worked out from where this module was loaded, so it holds below any proxy's prefix.

/** @param {string | URL} module the URL of a module in the site's static folder */
export function placesFor(module) {
  const lab = new URL("../", module);
  const root = new URL("../", lab);
  return {
    lab,
    root,
    /** @param {string} path @returns the path that a Socket.IO client is given */
    socketPath: (path) => `${root.pathname}${path.replace(/^\/+|\/+$/g, "")}/`,
    /** @param {string} path @param {Record<string, string>} query */
    webSocket(path, query) {
      const url = new URL(path.replace(/^\/+/, ""), root);
      // Whatever was typed, it stays with the page's own server.
      if (url.host !== root.host) throw new Error("Only this server's own WebSockets can be opened: give a path.");
      url.protocol = root.protocol === "https:" ? "wss:" : "ws:";
      url.hash = "";
      for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
      return url;
    },
  };
}

/** @typedef {ReturnType<typeof placesFor>} Places */
