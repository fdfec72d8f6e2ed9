// The dashboard's widget: which component shows which feed.

import { mountDashboard } from "./board.js";
import { mountLanes } from "./lanes.js";
import { widget } from "./link.js";
import { mountTable } from "./live_table.js";
import { mountRooms } from "./rooms.js";

/** @type {Record<string, import("./board.js").MountFeed>} */
const DASHBOARD_MOUNTS = { sequence: mountLanes, map: mountRooms };

export default widget((root, link) => mountDashboard(root, link, (feed) => DASHBOARD_MOUNTS[feed] ?? mountTable));
