// Passkeys: a form with data-passkey="create" or "get" asks the browser for a credential when it is
// sent, and sends it along. Its options stand in the element data-options names, or are fetched from
// data-options-url.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

const creation = (options, passwordless) => ({
  ...options,
  challenge: bytes(options.challenge),
  user: { ...options.user, id: bytes(options.user.id) },
  excludeCredentials: named(options.excludeCredentials),
  authenticatorSelection: {
    ...options.authenticatorSelection,
    residentKey: passwordless ? "required" : "discouraged",
    requireResidentKey: passwordless,
    ...(passwordless && { userVerification: "required" }),
  },
});

const request = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  allowCredentials: named(options.allowCredentials),
});

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

const plain = (credential) => {
  const { response } = credential;
  const parts = PARTS.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(parts),
      ...(response.getTransports && { transports: response.getTransports() }),
    },
  };
};

const optionsOf = async (form) => {
  const { options, optionsUrl } = form.dataset;
  if (options) return Object.values(JSON.parse(document.getElementById(options).textContent))[0];
  const answer = await fetch(optionsUrl, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
};

const ask = async (form) => {
  const { publicKey } = await optionsOf(form);
  if (form.dataset.passkey === "get") {
    return navigator.credentials.get({ publicKey: request(publicKey) });
  }
  const passwordless = form.querySelector("[name=passwordless]")?.checked ?? false;
  return navigator.credentials.create({ publicKey: creation(publicKey, passwordless) });
};

// The person closed the browser's question, or it knows no such passkey: say so beside the button.
const say = (form, shown) => {
  const words = form.querySelector("[data-passkey-failed]");
  if (words) words.hidden = !shown;
};

for (const form of document.querySelectorAll("[data-passkey]")) {
  form.hidden = !window.PublicKeyCredential;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    say(form, false);
    try {
      form.querySelector("[name=credential]").value = JSON.stringify(plain(await ask(form)));
      form.submit();
    } catch {
      say(form, true);
    }
  });
}
