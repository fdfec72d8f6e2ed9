// Called in the page: which texts in sight have less contrast than `least` with what is below them.
async (root, least) => {
  const flashes = root.getAnimations({ subtree: true }).map((one) => one.finished.catch(() => {}));
  await Promise.race([Promise.all(flashes), new Promise((done) => setTimeout(done, 3000))]);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = "#000";
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, at) => part * a + below[at] * (1 - a));
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(read(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (colour) => {
    const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = {};
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const style = getComputedStyle(element);
    const isSeen = node.data.trim() && element.checkVisibility({ visibilityProperty: true });
    if (!isSeen || element.closest("[disabled], [aria-disabled=true]")) continue;
    const below = ground(element);
    const ink = read(element instanceof SVGElement ? style.fill : style.color);
    ink[3] *= Number(style.opacity);
    const [one, other] = [light(over(ink, below)), light(below)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const called = `${element.localName}.${element.getAttribute("class") ?? ""}`;
    if (ratio < least) found[called] = `${ratio.toFixed(2)} ${node.data.slice(0, 30)}`;
  }
  return found;
}
