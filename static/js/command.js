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

const filter = () => {
  const text = input.value.trim().toLowerCase();
  for (const page of dialog.querySelectorAll("[data-command]")) {
    page.hidden = text !== "" && !page.textContent.toLowerCase().includes(text);
  }
  if (!text) document.getElementById("command-found").replaceChildren();
  mark(0);
};

if (dialog) {
  input.addEventListener("input", filter);
  dialog.addEventListener("htmx:afterSwap", () => mark(0));
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
    else return;
    event.preventDefault();
  });
  mark(0);
}
