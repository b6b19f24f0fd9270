// <postexp-orders shop="https://…/s/your-shop/"></postexp-orders>: an order lookup box and the
// return policy. No cookies, no storage, no inline styles; the form posts to the shop's own pages.
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

customElements.get("postexp-orders") ?? customElements.define("postexp-orders", PostexpOrders);
