// Owns: the integration's form wherever it stands, in a dialog or on a page: how it is posted, replaced, and says that
// something broke; which field depends on which.
import { lead } from "./errors.js";
import { icon, keepIdsApart, make, parse } from "./fragment.js";

const FORM = "[data-integration-form]";

for (const form of document.querySelectorAll(FORM)) prepare(form);

document.addEventListener("change", (event) => {
  const form = event.target.closest(FORM);
  if (form && event.target.name === "enable-two-way-sync") followTwoWay(form);
});

/** Makes the form ready: once after it came, from wherever. */
export function prepare(form) {
  // Enter in a field presses the first submit button, and that must not be the cross in the head
  const done = form.querySelector("button.hidden[value=done]");
  if (done) form.prepend(done);
  followTwoWay(form);
}

/** Sends the form as if the button with this value had been pressed. Its fields may be called "action" and "name". */
export function post(form, action, { headers = {}, ...options } = {}) {
  const body = new URLSearchParams(new FormData(form));
  body.set("action", action);
  return fetch(form.getAttribute("action"), { method: "POST", body, headers: { "x-part": "1", ...headers }, ...options });
}

/** Puts the server's form in place of this one and leads to what needs a look. `false`: it was no form. */
export function replace(form, html) {
  const fresh = parse(html).querySelector(FORM);
  if (!fresh) return false;
  keepIdsApart(fresh, form);
  form.replaceWith(fresh);
  prepare(fresh);
  fresh.dispatchEvent(new CustomEvent("replaced", { bubbles: true }));
  lead(fresh);
  return true;
}

/** Says above the fields what went wrong between the browser and here. */
export function tell(form, what, next) {
  form.querySelector(".form-note")?.remove();
  const words = make("div", {}, make("p", {}, what), make("p", {}, next));
  form.querySelector(".dialog-body").before(make("div", { class: "note bad form-note", role: "alert" }, icon("warning"), words));
}

function followTwoWay(form) {
  const twoWay = form.elements.namedItem("enable-two-way-sync");
  const priority = form.elements.namedItem("sync-priority");
  if (twoWay && priority) priority.disabled = !twoWay.checked;
}
