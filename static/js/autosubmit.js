// Owns: small forms that are sent as soon as a choice is made, such as "View per page"; their button is then needless.

for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  const button = form.querySelector("button[type=submit]");
  if (button) button.hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}
