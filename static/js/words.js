// The editor of words: variables and marks go in where one types, and the preview follows.
let typing = null;
let pending = 0;

const fieldsOf = (form) => form.querySelectorAll("textarea, input:not([type])");

const showMarks = () => {
  document.querySelectorAll("[data-marks]").forEach((marks) => (marks.hidden = false));
};

const refresh = () => {
  clearTimeout(pending);
  pending = setTimeout(() => {
    const button = document.querySelector("[data-preview]");
    if (button) button.form.requestSubmit(button);
  }, 400);
};

const put = (field, before, after) => {
  const { selectionStart: start, selectionEnd: end, value } = field;
  field.setRangeText(before + value.slice(start, end) + after, start, end, "end");
  field.focus();
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
};

document.addEventListener("focusin", (event) => {
  if (event.target.matches("#words textarea, #words input:not([type])")) typing = event.target.id;
});

document.addEventListener("input", (event) => {
  if (event.target.closest("#words")) refresh();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.closest("#words") || event.target.querySelector("#words")) {
    showMarks();
    refresh();
  }
});

document.addEventListener("click", (event) => {
  const variable = event.target.closest("[data-insert]");
  const mark = event.target.closest("[data-before]");
  if (variable) {
    const form = document.getElementById("words");
    const field = document.getElementById(typing) ?? fieldsOf(form)[0];
    put(field, variable.dataset.insert, "");
  } else if (mark) {
    const field = document.getElementById(mark.closest("[data-marks]").dataset.marks);
    put(field, mark.dataset.before, mark.dataset.after);
  }
});

showMarks();
