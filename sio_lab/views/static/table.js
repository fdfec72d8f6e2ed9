// The widget of one live table.

import { widget } from "./link.js";
import { mountTable } from "./live_table.js";

export default widget((root, link) => mountTable(root, link, link.model.get("shown").options.feed));
