// Menus are <details class="menu">: Escape, a choice or a press elsewhere closes them, arrows walk
// them.
const opened = () => document.querySelector("details.menu[open]");

document.addEventListener("click", (event) => {
  const menu = opened();
  if (!menu) return;
  if (!menu.contains(event.target) || event.target.closest("a.menu-item")) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = opened();
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = [...menu.querySelectorAll(".menu-item")].filter((item) => item.offsetParent);
  const at = items.indexOf(document.activeElement);
  const step = event.key === "ArrowDown" ? 1 : -1;
  items[(at + step + items.length) % items.length]?.focus();
  event.preventDefault();
});
