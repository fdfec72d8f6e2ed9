// The widget of `%sio open`: a page of the server in a frame, found from where the notebook is shown.

import { KERNEL_BACK, KERNEL_GONE, widget } from "./link.js";
import { mountFrame } from "./page_frame.js";

const OPEN_GONE = "The kernel has stopped, and its server with it - Binder ends idle ones after about 10 minutes. Run the first cells again, then this one.";

export default widget((root, link) => {
  const frame = mountFrame(root, link, "server");
  const gone = () => frame.gone();
  const back = () => frame.back();
  root.addEventListener(KERNEL_GONE, gone);
  root.addEventListener(KERNEL_BACK, back);
  return () => {
    root.removeEventListener(KERNEL_GONE, gone);
    root.removeEventListener(KERNEL_BACK, back);
    frame.close();
  };
}, OPEN_GONE);
