// Keys: data-key="a" presses its element, "g o" is two keys in a row, "mod+k" holds Ctrl or Cmd.
// J and K move between rows, X chooses one. Single keys never act while someone types, and can be
// switched off in the `?` sheet (WCAG 2.1.4).
const STORE = "postexp.keys";
const PAUSE = 900;
const apple = /Mac|iPhone|iPad/.test(navigator.platform);

const wanted = () => {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
};

const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

const FIELDS =
  "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button])";

// A field keeps the focus until the next frame after its dialog closed; nobody types into it then.
const typing = (target) => {
  const field = target.closest?.(FIELDS);
  return field && visible(field);
};

const within = (place, key, except = "") =>
  [...place.querySelectorAll("[data-key]")].find(
    (element) =>
      element.dataset.key.toLowerCase() === key &&
      !element.disabled &&
      reachable(element) &&
      !(except && element.closest(except)),
  );

// A dialog takes the keys for itself; the keys of a row act on the row one stands on, and no other.
const find = (key) => {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) return within(dialog, key);
  const row = document.activeElement?.closest("tbody tr");
  return (row && within(row, key)) ?? within(document, key, "tbody tr");
};

// Rail links hide behind "More" on phones, and menu items in closed menus: both still have keys.
const reachable = (element) => visible(element) || element.closest(".rail") !== null;

const press = (element) => {
  if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else element.click();
};

const rows = () => [...document.querySelectorAll("tbody tr:has(.row-link)")].filter(visible);

const move = (step) => {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const to = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
  const row = all[Math.max(0, Math.min(all.length - 1, to))];
  row.querySelector(".row-link").focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
};

const choose = () => {
  const box = document.activeElement.closest("tr")?.querySelector("[data-select]");
  box?.click();
  return Boolean(box);
};

let first = "";
let timer = 0;

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat || event.defaultPrevented) return;
  const mod = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (mod) {
    if (event.altKey || event.shiftKey) return;
    const element = find(`mod+${key}`);
    if (element) {
      event.preventDefault();
      press(element);
    }
    return;
  }
  if (event.altKey || typing(event.target) || !wanted()) return;
  clearTimeout(timer);
  const element = (first && find(`${first} ${key}`)) || find(key);
  const done = element
    ? (press(element), true)
    : (key === "j" && move(1)) || (key === "k" && move(-1)) || (key === "x" && choose());
  first = done ? "" : key;
  timer = setTimeout(() => (first = ""), PAUSE);
  if (done) event.preventDefault();
});

// The words of a button without the key hint it shows.
const wordsOf = (element) => {
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".kbd").forEach((hint) => hint.remove());
  return copy.textContent.trim();
};

// The `?` sheet lists what this page offers, read from the page itself.
const list = document.querySelector("[data-keys]");
const fill = () => {
  list.querySelectorAll("[data-found]").forEach((old) => old.remove());
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key]")) {
    const { key, keyLabel } = element.dataset;
    if (seen.has(key) || !reachable(element)) continue;
    seen.add(key);
    const line = document.createElement("div");
    line.dataset.found = "";
    const word = document.createElement("dt");
    word.textContent = keyLabel || element.getAttribute("aria-label") || wordsOf(element);
    const fact = document.createElement("dd");
    for (const part of key.replace("mod", apple ? "⌘" : "Ctrl").split(/[ +]/)) {
      const cap = document.createElement("kbd");
      cap.className = "kbd";
      cap.textContent = part.length === 1 ? part.toUpperCase() : part;
      fact.append(cap, " ");
    }
    line.append(word, fact);
    list.append(line);
  }
};

const sheet = list?.closest("dialog");
if (sheet) {
  new MutationObserver(() => sheet.open && fill()).observe(sheet, { attributeFilter: ["open"] });
  const box = sheet.querySelector("[data-keys-switch]");
  box.checked = wanted();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(STORE, box.checked ? "on" : "off");
    } catch {
      // Storage may be forbidden; keys then stay on.
    }
  });
}

if (apple) document.querySelectorAll("[data-mod]").forEach((cap) => (cap.textContent = "⌘K"));
