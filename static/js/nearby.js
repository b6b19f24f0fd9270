// data-near-me: a search form that can also ask the device where it is, when its button is pressed. The place
// is rounded to a hundred metres before it is sent. Without this the form searches by what is typed.
const form = document.querySelector("[data-near-me]");
const button = form?.querySelector("[data-near-button]");
const status = form?.querySelector("[data-near-status]");

const around = ({ coords }) => {
  for (const [name, value] of [["lat", coords.latitude], ["lon", coords.longitude]]) {
    const input = form.elements.namedItem(name);
    input.value = value.toFixed(3);
    input.disabled = false;
  }
  form.elements.namedItem("near").value = "";
  form.requestSubmit();
};

const say = (words) => {
  status.hidden = false;
  status.textContent = words;
};

const refused = () => {
  say(status.dataset.refused);
  button.disabled = false;
};

if (button && "geolocation" in navigator) {
  button.hidden = false;
  button.addEventListener("click", () => {
    say(status.dataset.asking);
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(around, refused, { maximumAge: 60_000, timeout: 10_000 });
  });
}
