// Owns: the cross of a note. It stays hidden without JavaScript, because then it could do nothing.

for (const button of document.querySelectorAll("[data-dismiss]")) button.hidden = false;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  const note = button.closest(".note");
  const held = note.contains(document.activeElement);
  note.remove();
  // the keyboard goes on from the content, not from the top of the page
  if (!held) return;
  const main = document.querySelector("main");
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
});
