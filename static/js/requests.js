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

// A part that refreshes by itself keeps quiet; only what the person did is answered.
const byItself = (event) =>
  event.detail.requestConfig?.triggeringEvent?.type === "hx:poll:trigger";

document.addEventListener("htmx:sendError", (event) => byItself(event) || say(words("offline")));
document.addEventListener("htmx:responseError", (event) => byItself(event) || say(words("failed")));
