// Owns: confirmations in a dialog. Without JavaScript, or when the page cannot be fetched, the same link leads to a page
// with the same question; a form, whose deed is harmless, does it without one.
import { isPlain, parse } from "./fragment.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy") !== "true") ask(link, link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-dialog]");
  if (!form) return;
  event.preventDefault();
  const button = event.submitter ?? form;
  if (button.getAttribute("aria-busy") !== "true") ask(button, form.action);
});

/** Asks what stands at this address, on behalf of a link or button. */
async function ask(link, href) {
  link.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(href);
    const part = response.ok && parse(await response.text()).querySelector("[data-part]");
    if (!part) throw new Error("not a question");
    show(link, part);
  } catch {
    location.assign(href);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

function show(link, part) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog-s";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  dialog.append(...part.children);
  headingTwo(dialog.querySelector("#confirm-title"));
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close]") || !isPlain(event)) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("submit", (event) => {
    // whoever asked may take the answer upon itself; else the form is sent and the page with the note follows
    const confirmed = new CustomEvent("confirmed", { bubbles: true, cancelable: true, detail: { dialog, form: event.target } });
    if (!link.dispatchEvent(confirmed)) event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (!link.isConnected) return;
    // a link of a menu that has closed meanwhile is hidden: then its menu has the focus
    const menu = link.closest("details:not([open])");
    (menu?.querySelector("summary") ?? link).focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** The page below has its h1 already. */
function headingTwo(heading) {
  if (heading?.localName !== "h1") return;
  const two = document.createElement("h2");
  two.id = heading.id;
  two.append(...heading.childNodes);
  heading.replaceWith(two);
}
