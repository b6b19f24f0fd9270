// data-dialog="id" opens a dialog, data-close or a press outside closes it; a part that htmx puts
// into <dialog id="dialog"> opens it. The server closes it with HX-Trigger: "dialog:close".
const open = (dialog) => dialog && !dialog.open && dialog.showModal();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    open(document.getElementById(opener.dataset.dialog));
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) {
    // The same link leads away where the part stands on a page of its own.
    if (closer.closest("dialog")) event.preventDefault();
    closer.closest("dialog")?.close();
    return;
  }
  if (event.target.nodeName === "DIALOG") {
    const box = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "dialog" && event.detail.target.childElementCount) {
    open(event.detail.target);
  }
});

document.addEventListener("dialog:close", () => {
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
});
