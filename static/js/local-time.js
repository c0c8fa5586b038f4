// Owns: times that are typed as the clock on the wall has them. The server keeps UTC; without this script, that is what is typed.

for (const field of document.querySelectorAll('input[type="datetime-local"]')) {
  const hint = document.getElementById(`${field.id}-hint`);
  // whoever chose a zone in their profile types by that, and the server knows it
  if (!hint?.textContent.includes("In UTC.")) continue;
  hint.textContent = hint.textContent.replace("In UTC.", "In your time.");
  const typedHere = field.form.elements.namedItem("zone");
  if (!typedHere && field.value) field.value = here(new Date(`${field.value}Z`));
  field.form.addEventListener("submit", () => note(field.form, field.value));
}

function here(at) {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The minutes that this clock is behind UTC at that time: summer and winter differ. */
function note(form, value) {
  const zone = form.elements.namedItem("zone") ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "zone" }));
  zone.value = String((value ? new Date(value) : new Date()).getTimezoneOffset());
}
