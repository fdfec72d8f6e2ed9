// Has a page's `io` reach the server that the page came from, whatever prefix a proxy puts before it.
//
// It stands behind the official client, whose `io` it wraps: `io()`, `io("/chat")`, `io.connect("http://" +
// document.domain + ":" + location.port + "/chat")` and their like are given the `path` under which Socket.IO answers.
// What leads to another server is passed on as it is. Plain ES5, and no module: pages of any age load it. Its own URL
// says the rest: `port`, where the server listens; `path`, of Socket.IO, where it is not the usual one; and `old`, where
// the page was written for a client of before 3.0, some of whose options and events are kept up.

(function () {
  "use strict";

  var LOOPBACK = /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/i;
  var FLASKS_PORT = "5000";
  /** @type {Record<string, string>} */
  var OPTIONS = {
    resource: "path",
    reconnect: "reconnection",
    "reconnection delay": "reconnectionDelay",
    "max reconnection attempts": "reconnectionAttempts",
    "connect timeout": "timeout",
  };
  /** @type {Record<string, string>} */
  var TRANSPORTS = { websocket: "websocket", polling: "polling", "xhr-polling": "polling", "jsonp-polling": "polling" };
  /** @type {Record<string, string[]>} */
  var EVENTS = {
    reconnect: ["reconnect"],
    reconnect_attempt: ["reconnect_attempt", "reconnecting"],
    reconnect_error: ["reconnect_error"],
    reconnect_failed: ["reconnect_failed"],
    ping: ["ping"],
  };

  /**
   * Wrap the official client.
   *
   * @param {any} official its `io`
   * @param {string} address this script's, as it was loaded
   * @returns {any} an `io` that is used in the same way
   */
  function hereFor(official, address) {
    var server = serverAt(address);

    /** @param {any} [uri] @param {any} [options] */
    function io(uri, options) {
      var given = uri && typeof uri === "object" ? uri : options;
      var place = placeOf(given === uri ? undefined : uri, server);
      if (!place) return official(uri, options);
      var socket = official(server.origin + place, optionsFor(given, server));
      return server.isOld ? asBefore(socket) : socket;
    }

    /** @param {any} [uri] @param {any} [options] */
    function Manager(uri, options) {
      var given = uri && typeof uri === "object" ? uri : options;
      var place = placeOf(given === uri ? undefined : uri, server);
      return place ? new official.Manager(server.origin, optionsFor(given, server)) : new official.Manager(uri, options);
    }

    Object.setPrototypeOf(io, official); // all that the official one has, too
    Manager.prototype = official.Manager.prototype;
    return Object.assign(io, { io: io, connect: io, Manager: Manager });
  }

  /** @typedef {{origin: string, hostname: string, port: string, prefix: string, path: string, own: string, isOld: boolean}} Server */

  /** @param {string} address @returns {Server} */
  function serverAt(address) {
    var url = new URL(address);
    var prefix = url.pathname.replace(/_lab\/client\/[^/]*$/, "");
    return {
      origin: url.origin,
      hostname: url.hostname.toLowerCase(),
      port: url.port,
      prefix: prefix,
      path: prefix + (url.searchParams.get("path") || "socket.io"),
      own: url.searchParams.get("port") || "",
      isOld: url.searchParams.has("old"),
    };
  }

  /**
   * The namespace and the query that a URL names on this server; nothing where it leads to another one.
   *
   * @param {any} uri @param {Server} server
   * @returns {string | undefined}
   */
  function placeOf(uri, server) {
    var text = uri === undefined || uri === null ? "" : String(uri);
    if (/^\/(?!\/)/.test(text)) text = "//" + text;
    var parts = /^(?:(?:https?|wss?):)?(?:\/\/)?(?:[^\/?#]*@)?(\[[^\]]*\]|[^:\/?#]*)(?::(\d*))?([^?#]*)(\?[^#]*)?/i.exec(text);
    if (!parts || !isHere(parts[1].toLowerCase(), usualPort(parts[2]), server)) return undefined;
    return namespaceOf(parts[3], server.prefix) + (parts[4] || "");
  }

  /** @param {string} host @param {string} port @param {Server} server */
  function isHere(host, port, server) {
    if (!host) return true; // as document.domain is in some frames
    if (host === server.hostname && (port === usualPort(server.port) || port === server.own)) return true;
    // The server's own name, in a page that has come through a proxy or from another port than the program asked for.
    return LOOPBACK.test(host) && (port === server.own || port === FLASKS_PORT);
  }

  /** @param {string | undefined} port */
  function usualPort(port) {
    return port === "80" || port === "443" ? "" : port || "";
  }

  /** @param {string} path @param {string} prefix */
  function namespaceOf(path, prefix) {
    var place = path || "/";
    if (prefix === "/") return place;
    if (place + "/" === prefix) return "/";
    return place.indexOf(prefix) === 0 ? "/" + place.slice(prefix.length) : place;
  }

  /** @param {any} given @param {Server} server */
  function optionsFor(given, server) {
    var options = Object.assign({}, given);
    if (server.isOld) asToday(options);
    var path = options.path;
    if (!path) options.path = server.path;
    else if (String(path).indexOf(server.prefix) !== 0) options.path = server.prefix + String(path).replace(/^\/+/, "");
    else if (server.prefix !== "/") options.path = path;
    return options;
  }

  /** @param {any} options those of a client of before 3.0, which are changed into today's */
  function asToday(options) {
    Object.keys(OPTIONS).forEach(function (name) {
      if (name in options && !(OPTIONS[name] in options)) options[OPTIONS[name]] = options[name];
    });
    if (!Array.isArray(options.transports)) return;
    var known = options.transports.map(function (/** @type {string} */ name) {
      return TRANSPORTS[name];
    });
    options.transports = known.filter(function (/** @type {string} */ name, /** @type {number} */ at) {
      return name && known.indexOf(name) === at;
    });
    if (!options.transports.length) delete options.transports;
  }

  /**
   * Give a socket the events that one of before 3.0 had: today they are its manager's.
   *
   * @param {any} socket
   */
  function asBefore(socket) {
    if (socket.sioLabAsBefore) return socket;
    Object.defineProperty(socket, "sioLabAsBefore", { value: true });
    Object.keys(EVENTS).forEach(function (name) {
      socket.io.on(name, function () {
        tell(socket, EVENTS[name], arguments);
      });
    });
    socket.on("connect_error", function (/** @type {any} */ error) {
      if (!socket.active) tell(socket, ["error"], [error.data || error.message]); // the server has refused it
      else if (error.message === "timeout") tell(socket, ["connect_timeout"], [error]);
    });
    return socket;
  }

  /** @param {any} socket @param {string[]} names @param {ArrayLike<any>} args */
  function tell(socket, names, args) {
    names.forEach(function (name) {
      socket.listeners(name).slice().forEach(function (/** @type {Function} */ listener) {
        listener.apply(socket, args);
      });
    });
  }

  var page = /** @type {any} */ (window);
  var own = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  page.sioLabHere = hereFor; // for here.mjs
  if (own && page.io && page.io.Manager) page.io = hereFor(page.io, own.src);
})();
