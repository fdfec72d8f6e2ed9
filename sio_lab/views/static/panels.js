// The widget of `%sio panels`: named clients side by side.

import { widget } from "./link.js";
import { mountPhones } from "./phones.js";

export default widget((root, link) => mountPhones(root, link, "panels"));
