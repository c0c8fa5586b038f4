// Owns: the note about a record that is being synchronized. It looks again until that is over; then the page shows what came of
// it, unless somebody is typing: they are told, and nothing of theirs is lost. It ends with the session.
import { parse } from "./fragment.js";

const EVERY = 700;
const OVER = Symbol("the session is over");

for (const note of document.querySelectorAll("[data-follows]")) follow(note);

async function follow(note) {
  for (;;) {
    await new Promise((over) => setTimeout(over, EVERY));
    const part = await look(note.dataset.follows);
    if (part === OVER) return isTyping() ? signedOut(note) : location.reload();
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
    if (response.redirected) return OVER; // to the sign-in
    return response.ok ? parse(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever is typing keeps what they typed, and learns that it cannot be saved yet. */
function signedOut(note) {
  note.querySelector("p").textContent = "You are signed out. Sign in again in another tab, then save what you typed here.";
}

/** Is there something in a form of this page that would be lost? */
function isTyping() {
  const fields = [...document.querySelectorAll("main input:not([type=hidden]), main textarea")];
  return fields.some((field) => field.value !== field.defaultValue) || document.querySelector("dialog[open]") !== null;
}
