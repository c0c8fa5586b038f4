// Owns: closing menus and filter chips (<details name>) by Escape, by a click elsewhere, and when the focus goes on to what
// they would cover. The browser opens them, and closes one when another of the same name opens.

const OPEN = ':is(details[name="menu"], details[name="chip"])[open]';

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest(OPEN);
  const next = event.relatedTarget;
  // a question that it asks gives the focus back to it
  if (menu && next && !menu.contains(next) && !next.closest("dialog")) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  for (const menu of document.querySelectorAll(OPEN)) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    // what had the focus is gone now; somebody who was elsewhere stays there
    if (held) menu.querySelector("summary").focus();
  }
});
