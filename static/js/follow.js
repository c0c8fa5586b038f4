// Owns: the note about a record that is being synchronized. It looks again until that is over; then the page shows what came of
// it, unless somebody is typing: they are told, and nothing of theirs is lost.
import { parse } from "./fragment.js";

const EVERY = 700;

for (const note of document.querySelectorAll("[data-follows]")) follow(note);

async function follow(note) {
  for (;;) {
    await new Promise((over) => setTimeout(over, EVERY));
    const part = await look(note.dataset.follows);
    if (!part) continue;
    const fresh = part.querySelector(".note");
    if (fresh?.dataset.follows) {
      const words = fresh.querySelector("p").textContent;
      if (note.querySelector("p").textContent !== words) note.querySelector("p").replaceWith(fresh.querySelector("p"));
      continue;
    }
    if (fresh && isTyping()) note.replaceWith(fresh);
    else location.reload();
    return;
  }
}

async function look(place) {
  try {
    const response = await fetch(place, { headers: { accept: "text/html" } });
    return response.ok && !response.redirected ? parse(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}

/** Is there something in a form of this page that would be lost? */
function isTyping() {
  const fields = [...document.querySelectorAll("main input:not([type=hidden]), main textarea")];
  return fields.some((field) => field.value !== field.defaultValue) || document.querySelector("dialog[open]") !== null;
}
