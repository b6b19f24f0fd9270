// Tabs that do not fit scroll sideways; the one in force is brought into view.
function bringIntoView(within) {
  for (const tab of within.querySelectorAll(".tabs > [aria-current]")) {
    const row = tab.parentElement;
    const [outer, inner] = [row.getBoundingClientRect(), tab.getBoundingClientRect()];
    row.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  }
}

bringIntoView(document);
document.addEventListener("htmx:afterSettle", (event) => bringIntoView(event.target));
