// The sequence diagram as a widget of its own.

import { mountLanes } from "./lanes.js";
import { widget } from "./link.js";

export default widget((root, link) => mountLanes(root, link, "sequence"));
