// <postexp-orders shop="https://…/s/your-shop/"></postexp-orders>: an order lookup box and the
// return policy. The form posts to the shop's own pages.
// <postexp-tracking page="https://…/s/your-shop/t/…/"></postexp-tracking>: where the parcels of one
// order are, from the address of its tracking page; looked up again every minute while it is seen.
// No cookies, no storage, no inline styles.
class PostexpOrders extends HTMLElement {
  static sheet = new CSSStyleSheet();

  connectedCallback() {
    if (this.shadowRoot) return;
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [PostexpOrders.sheet];
    const shop = new URL(this.getAttribute("shop") ?? "", document.baseURI);
    const language = this.getAttribute("lang") || document.documentElement.lang.slice(0, 2);
    const words = new URL(`embed.json?lang=${encodeURIComponent(language)}`, shop);
    fetch(words, { credentials: "omit" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((told) => this.show(told))
      .catch(() => this.shadowRoot.replaceChildren(link(shop)));
  }

  show({ words, policy, lookup_url: url, returns_url: returns, language }) {
    const parts = (this.getAttribute("show") ?? "lookup policy").split(/\s+/);
    this.shadowRoot.replaceChildren();
    const root = make("div", { lang: language });
    if (parts.includes("lookup")) root.append(lookup(words, url));
    if (parts.includes("policy") && policy.length) {
      const section = make("section", { part: "policy" }, make("h2", {}, words.policy));
      section.append(make("ul", {}, ...policy.map((line) => make("li", {}, line))));
      section.append(make("p", {}, make("a", { href: returns }, words.returns)));
      root.append(section);
    }
    this.shadowRoot.append(root);
  }
}

class PostexpTracking extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [PostexpOrders.sheet];
    this.page = new URL(this.getAttribute("page") ?? "", document.baseURI);
    this.look();
    this.timer = setInterval(() => document.hidden || this.look(), 60_000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  look() {
    const language = this.getAttribute("lang") || document.documentElement.lang.slice(0, 2);
    const address = new URL("data.json", this.page);
    address.search = `lang=${encodeURIComponent(language)}`;
    fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((told) => this.show(told))
      .catch(() => this.shadowRoot.firstChild ?? this.shadowRoot.append(link(this.page)));
  }

  show({ headline, advice, parcels, language }) {
    const several = parcels.length > 1;
    const root = make("div", { lang: language, part: "tracking" }, make("h2", {}, headline));
    if (advice) root.append(make("p", {}, advice));
    root.append(...parcels.map((parcel) => one(parcel, several)));
    this.shadowRoot.replaceChildren(root);
  }
}

function one({ headline, delay, to_do: todo, steps, timeline, shipment }, several) {
  const section = make("section", { part: "parcel" });
  if (several) section.append(make("h3", {}, headline));
  const bar = steps.map(({ label, state }) =>
    make("li", { class: state, ...(state === "now" && { "aria-current": "step" }) }, label),
  );
  section.append(make("ol", { class: "steps" }, ...bar));
  if (delay) {
    const said = [delay.what, delay.window, delay.sure, delay.cause].filter(Boolean).join(" ");
    section.append(make("p", { part: "delay" }, said));
  }
  if (todo) {
    const links = todo.links.map(({ text, url }) => make("a", { href: url, rel: "noreferrer" }, text));
    section.append(make("p", { part: "to-do" }, [todo.title, todo.text].join(" "), " ", ...links));
  }
  const { carrier_name: carrier, tracking_number: number, tracking_url: url } = shipment;
  const named = [carrier, number].filter(Boolean).join(" ");
  if (named) section.append(make("p", {}, url ? make("a", { href: url, rel: "noreferrer" }, named) : named));
  const rows = timeline.slice(0, 5).map(({ title, place, when }) =>
    make("li", {}, make("small", {}, when), " ", [title, place].filter(Boolean).join(" · ")),
  );
  if (rows.length) section.append(make("ul", {}, ...rows));
  return section;
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function link(shop) {
  return make("a", { href: shop.href }, shop.href);
}

function lookup(words, url) {
  const field = (name, label, extra) =>
    make("label", {}, make("span", {}, label), make("input", { name, required: "", ...extra }));
  return make(
    "form",
    { method: "post", action: url, part: "lookup" },
    make("h2", {}, words.lookup),
    field("number", words.number, { autocomplete: "off", maxlength: "60" }),
    field("contact", words.contact, { autocomplete: "email", maxlength: "254" }),
    make("button", { part: "button" }, words.find),
  );
}

PostexpOrders.sheet.replaceSync(`
  :host { display: block; font: inherit; color: inherit; }
  div { max-width: 36rem; }
  form, section { display: grid; gap: 0.75em; margin-block: 1em; }
  h2 { font-size: 1.125em; margin: 0; }
  h3 { font-size: 1em; margin: 0; }
  .steps { display: flex; flex-wrap: wrap; gap: 0.25em 1em; margin: 0; padding: 0; list-style: none; }
  .steps li::before { content: "○ "; }
  .steps .done::before { content: "● "; }
  .steps .now { font-weight: 600; }
  .steps .now::before { content: "◉ "; color: var(--postexp-accent, currentColor); }
  label { display: grid; gap: 0.25em; }
  input, button {
    font: inherit; min-height: 44px; padding: 0 0.75em; border-radius: 8px; box-sizing: border-box;
    border: 1px solid color-mix(in srgb, currentColor 60%, transparent);
  }
  input { width: 100%; background: Canvas; color: CanvasText; }
  button { background: var(--postexp-accent, #1f2937); color: var(--postexp-on-accent, #fff); cursor: pointer; }
  ul { margin: 0; padding-inline-start: 1.25em; }
  p { margin: 0; }
  :focus-visible { outline: 3px solid var(--postexp-accent, #1f2937); outline-offset: 2px; }
`);

customElements.get("postexp-tracking") ?? customElements.define("postexp-tracking", PostexpTracking);
customElements.get("postexp-orders") ?? customElements.define("postexp-orders", PostexpOrders);
