// Owns: the key "/" that leads to the search in the top bar.

const search = document.querySelector('[role="search"] input[type="search"]');
const TYPING = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';

document.addEventListener("keydown", (event) => {
  if (!search || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  // a slash that is part of a text is none of ours; nor is one inside a dialog, where the search cannot be reached
  if (event.target.closest?.(TYPING) || document.querySelector("dialog:modal")) return;
  event.preventDefault();
  search.focus();
  search.select();
});
