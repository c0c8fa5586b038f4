// Owns: the sign on a pressed button that the form is on its way. Nothing is disabled: a way that breaks off can be
// tried again.

document.addEventListener("submit", (event) => {
  const method = event.submitter?.getAttribute("formmethod") ?? event.target.getAttribute("method");
  // what opens in another tab leaves this page as it is
  if (event.defaultPrevented || method?.toLowerCase() !== "post" || event.target.target === "_blank") return;
  event.submitter?.setAttribute("aria-busy", "true");
});

// a page that comes back from the browser's memory is as it was left
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("button[aria-busy]:not(:disabled)")) button.removeAttribute("aria-busy");
});
