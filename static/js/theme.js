// Runs before the first paint, so that a chosen light or dark page never flashes the other.
(() => {
  const root = document.documentElement;
  const KEY = "postexp.theme";
  const chosen = () => {
    try {
      return localStorage.getItem(KEY) || "system";
    } catch {
      return "system";
    }
  };
  const show = (choice) => {
    if (choice === "system") delete root.dataset.theme;
    else root.dataset.theme = choice;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  };
  show(chosen());
  document.addEventListener("DOMContentLoaded", () => show(chosen()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem(KEY, button.dataset.themeChoice);
    } catch {
      // Storage may be forbidden; the choice then lasts for this page.
    }
    show(button.dataset.themeChoice);
  });
  addEventListener("storage", (event) => event.key === KEY && show(chosen()));
})();
