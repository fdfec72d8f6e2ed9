// The official client as a module, whose `io` reaches the server that the page came from (see here.js).

import "./here.js";
import { io as official } from "./socket.io.esm.min.js";

export * from "./socket.io.esm.min.js";
export const io = window.sioLabHere(official, import.meta.url);
export const connect = io;
export const Manager = io.Manager;
export default io;
