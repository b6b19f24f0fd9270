// What every htmx request shares: the CSRF header, and a word when the server cannot answer.
const cookie = (name) =>
  document.cookie
    .split("; ")
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
});

const say = (text) =>
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "problem" } }));

const words = (name) => document.getElementById("toasts")?.dataset[name] ?? "";

document.addEventListener("htmx:sendError", () => say(words("offline")));
document.addEventListener("htmx:responseError", (event) => {
  // A part that refreshes by itself keeps quiet; only an action of the person is answered.
  if (event.detail.requestConfig?.triggeringEvent) say(words("failed"));
});
