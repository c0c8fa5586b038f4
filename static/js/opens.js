// Owns: links that open a form which is already on the page. A link of this page leads to that form; a mail opens in its own
// program, and the form that logs it waits below.
import { isPlain } from "./fragment.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-opens]");
  const form = link && document.getElementById(link.dataset.opens);
  if (!form || !isPlain(event)) return;
  if (link.protocol !== "mailto:") event.preventDefault();
  form.open = true;
  // the <details> itself may have no box to scroll to
  const field = form.querySelector("select, input:not([type=hidden]), textarea");
  field.focus({ preventScroll: true });
  field.form.scrollIntoView({ block: "center" });
});
