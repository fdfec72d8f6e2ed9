// The page where a class is joined works without this: it spares the student a tap, and a form that is sent twice.

const KEPT = "sio_lab_name";

/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

/** Returns the name that was typed here last; an empty text where the browser keeps nothing. */
const keptName = () => {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
};

/** @param {string} name */
const keepName = (name) => {
  try {
    localStorage.setItem(KEPT, name);
  } catch {
    // A private window keeps nothing.
  }
};

/** Puts the cursor where something is missing. */
const begin = () => {
  const [code, name] = [input("code"), input("name")];
  name.value ||= keptName();
  (code.value && document.querySelector(".trouble")?.textContent === "" ? name : code).focus();
};

const form = /** @type {HTMLFormElement} */ (document.querySelector("form"));
const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));

form.addEventListener("submit", () => {
  keepName(input("name").value);
  button.disabled = true;
});
// Back from the next page the browser shows this one as it was left.
window.addEventListener("pageshow", () => {
  button.disabled = false;
});
begin();
