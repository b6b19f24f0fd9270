// data-live="20": looks every 20 seconds whether the page has changed, while someone looks at it, and
// puts the new part in its place. The page is complete without this.
const part = document.querySelector("[data-live]");
let shown = part?.innerHTML;

const look = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-cache", credentials: "omit" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(part.id);
    if (!fresh || fresh.innerHTML === shown) return;
    shown = fresh.innerHTML;
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    part.replaceChildren(...fresh.childNodes);
    part.querySelectorAll("details").forEach((one, at) => (one.open = open[at] ?? false));
    document.title = page.title;
  } catch {
    // Offline: the page stays as it is, and the next look tries again.
  }
};

if (part) {
  setInterval(look, Number(part.dataset.live) * 1000);
  document.addEventListener("visibilitychange", look);
}
