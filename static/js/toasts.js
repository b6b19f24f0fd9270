// Short messages: HX-Trigger {"toast": {"text", "kind", "undo"}}, or a `toast` event on the page.
const region = document.getElementById("toasts");
const SHORT = 5000;
const LONG = 10000;

const picture = (name) =>
  document.getElementById(`toast-${name}`)?.content.cloneNode(true) ?? document.createTextNode("");

const button = (css, press) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button button-small ${css}`;
  made.addEventListener("click", press);
  return made;
};

// A toast waits while the pointer or the focus is on it.
const leave = (toast, after) => {
  let timer = 0;
  const start = () => (timer = setTimeout(() => toast.remove(), after));
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
};

const show = ({ text, kind = "good", undo = "" }) => {
  const toast = document.createElement("div");
  toast.className = `toast toast-${kind}`;
  const words = document.createElement("p");
  words.textContent = text;
  toast.append(picture(kind), words);
  if (undo) {
    const take = button("toast-undo", () => {
      toast.remove();
      htmx.ajax("POST", undo, { source: document.body, swap: "none" });
    });
    take.textContent = region.dataset.undo;
    take.dataset.key = "z";
    take.dataset.keyLabel = region.dataset.undo;
    toast.append(take);
  }
  const close = button("button-icon", () => toast.remove());
  close.setAttribute("aria-label", region.dataset.close);
  close.append(picture("close"));
  toast.append(close);
  region.querySelectorAll(".toast").forEach((old, at, all) => at < all.length - 2 && old.remove());
  region.append(toast);
  if (kind !== "problem") leave(toast, undo ? LONG : SHORT);
};

if (region) {
  document.addEventListener("toast", (event) => show(event.detail));
  region.querySelectorAll("[data-toast]").forEach((toast) => leave(toast, SHORT));
}
