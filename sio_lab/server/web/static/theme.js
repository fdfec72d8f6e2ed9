// Light or dark, as the reader chose before, else as the notebook around it is: set ahead of the first drawing, so that nothing flashes.

(() => {
  const key = "sio-lab-colours";
  const names = ["light", "dark"];

  /** @param {string | null} name */
  const apply = (name) => {
    if (name && names.includes(name)) document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
  };

  const kept = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // a frame of another origin may have no storage
    }
  };

  apply(kept() || new URLSearchParams(location.hash.slice(1)).get("theme"));
  addEventListener("DOMContentLoaded", () => {
    const choice = document.getElementById("theme");
    if (!(choice instanceof HTMLSelectElement)) return;
    choice.value = document.documentElement.dataset.theme ?? "";
    choice.addEventListener("change", () => {
      apply(choice.value);
      try {
        localStorage.setItem(key, choice.value);
      } catch {
        // then it holds for this page only
      }
    });
  });
})();
