// Forms: the summary of errors takes the focus, one press sends once, and a changed settings form
// (data-guard) shows its save bar and warns before it is lost.
const focusSummary = (inside) => inside.querySelector("[data-focus]")?.focus();

focusSummary(document);
document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What goes into a frame beside the form is looked at, not sent.
  if (event.submitter?.formTarget) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.closest("[hx-post], [data-hx-post]")) {
    form.dataset.sent = "yes";
    delete form.dataset.changed;
    setTimeout(() => delete form.dataset.sent, 4000);
  }
});

addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (!form) return;
  form.dataset.changed = "yes";
  form.querySelectorAll("[data-save-bar]").forEach((bar) => (bar.hidden = false));
});

document.addEventListener("reset", (event) => {
  delete event.target.dataset.changed;
  event.target.querySelectorAll("[data-save-bar]").forEach((bar) => (bar.hidden = true));
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-changed]")) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// data-copy="text" puts its text on the clipboard and says so.
document.addEventListener("click", async (event) => {
  const copier = event.target.closest("[data-copy]");
  if (!copier) return;
  await navigator.clipboard.writeText(copier.dataset.copy);
  const text = copier.dataset.copied;
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
});
