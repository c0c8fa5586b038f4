// Owns: errors on fields. The cursor stands in the first one when a form comes back; one goes when its field is typed
// into, and the note above goes with the last.

const INVALID = '[aria-invalid="true"]';

/** Leads to the first field of this part that needs a look. */
export function lead(part) {
  part.querySelector(INVALID)?.focus();
}

/** The error on this field is answered: by typing, or by what a check found out. */
export function settle(field) {
  if (!field.matches(INVALID)) return;
  field.removeAttribute("aria-invalid");
  const error = field.closest(".field, .check")?.querySelector(".error");
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== error?.id);
  if (others.length > 0) field.setAttribute("aria-describedby", others.join(" "));
  else field.removeAttribute("aria-describedby");
  error?.remove();
  if (!field.form?.querySelector(INVALID)) field.form?.querySelector(".form-note")?.remove();
}

document.addEventListener("input", (event) => settle(event.target));

const main = document.querySelector("main");
if (main) lead(main);
