// Choosing rows: [data-select-all] in the head, [data-select] in rows, Shift for a span, and
// [data-selected] shows how many. The bar itself appears by CSS.
const scope = (box) => box.closest("form, [data-selection]");
const boxes = (area) => [...area.querySelectorAll("[data-select]")];
let last = null;

const count = (area) => {
  const all = boxes(area);
  const chosen = all.filter((box) => box.checked).length;
  area.querySelectorAll("[data-selected]").forEach((word) => (word.textContent = chosen));
  const head = area.querySelector("[data-select-all]");
  if (head) {
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  }
};

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-select], [data-select-all], [data-select-none]");
  const area = box && scope(box);
  if (!area) return;
  const all = boxes(area);
  if (box.matches("[data-select-all]")) all.forEach((one) => (one.checked = box.checked));
  else if (box.matches("[data-select-none]")) all.forEach((one) => (one.checked = false));
  else {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, two) => one - two);
    if (event.shiftKey && from >= 0) {
      all.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
    }
    last = box;
  }
  count(area);
});
