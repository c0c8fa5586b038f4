// Owns: the "Show" button beside a secret, there only while something is typed into it.

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches?.("input[type=password]") || field.dataset?.revealed) offer(field);
});

// a browser remembers what is sent from a text field; a secret goes out as one
document.addEventListener("submit", (event) => {
  for (const field of event.target.querySelectorAll("[data-revealed]")) cover(field);
}, { capture: true });

function offer(field) {
  let button = field.parentElement.querySelector(":scope > .reveal");
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "btn-link reveal";
    button.textContent = "Show";
    if (field.id) button.setAttribute("aria-controls", field.id);
    button.addEventListener("click", () => {
      if (field.dataset.revealed) cover(field);
      else uncover(field);
      field.focus();
    });
    field.after(button);
  }
  button.hidden = field.value === "";
  if (button.hidden) cover(field);
}

function uncover(field) {
  field.type = "text";
  field.dataset.revealed = "1";
  word(field, "Hide");
}

function cover(field) {
  field.type = "password";
  delete field.dataset.revealed;
  word(field, "Show");
}

function word(field, text) {
  const button = field.parentElement.querySelector(":scope > .reveal");
  if (button) button.textContent = text;
}
