// The command bar: pages filter as one types, results come from the server, arrows and Enter go.
const dialog = document.getElementById("command");
const input = dialog?.querySelector("input");

const options = () => [...dialog.querySelectorAll("[role=option]")].filter((one) => !one.hidden);

const mark = (to) => {
  const all = options();
  // Those that do not fit the words are hidden, and chosen no more.
  dialog
    .querySelectorAll("[aria-selected=true]")
    .forEach((one) => one.setAttribute("aria-selected", "false"));
  all.forEach((one, at) => {
    one.setAttribute("aria-selected", String(at === to));
    one.id ||= `command-option-${Math.random().toString(36).slice(2)}`;
  });
  if (all[to]) {
    input.setAttribute("aria-activedescendant", all[to].id);
    all[to].scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
};

// Only the server knows that nothing was found, so the words come with its answer.
const SHORTEST = 2;
const none = document.getElementById("command-none");
const sayNone = (answered) => {
  none.hidden = !answered || input.value.trim().length < SHORTEST || options().length > 0;
};

const filter = () => {
  const text = input.value.trim().toLowerCase();
  for (const page of dialog.querySelectorAll("[data-command]")) {
    page.hidden = text !== "" && !page.textContent.toLowerCase().includes(text);
  }
  if (!text) document.getElementById("command-found").replaceChildren();
  mark(0);
  sayNone(!input.hasAttribute("hx-get"));
};

if (dialog) {
  input.addEventListener("input", filter);
  dialog.addEventListener("htmx:afterSwap", () => {
    mark(0);
    sayNone(true);
  });
  dialog.addEventListener("close", () => {
    input.value = "";
    filter();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") mark((at + 1) % all.length);
    else if (event.key === "ArrowUp") mark((at - 1 + all.length) % all.length);
    else if (event.key === "Enter") all[Math.max(0, at)]?.click();
    // A search field would take the first press to empty itself.
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
  });
  mark(0);
}
