// The room map as a view of its own.

import { widget } from "./link.js";
import { mountRooms } from "./rooms.js";

export default widget((root, link) => mountRooms(root, link, "map"));
