// The class as a view of its own.

import { mountClass } from "./class_card.js";
import { widget } from "./link.js";

export default widget((root, link) => mountClass(root, link, "class"));
