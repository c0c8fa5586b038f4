// Owns: what the channel's form shows for the chosen type. Without JavaScript the button Continue does the same.

const form = document.querySelector("form[data-channel-form]");
const type = form?.querySelector("#channel-type");

function follow() {
  // as the server sees it: what is not Magento looks like Custom
  const chosen = type.value === "magento" ? "magento" : "custom";
  for (const part of form.querySelectorAll("[data-for-type]")) part.hidden = part.dataset.forType !== chosen;
  const row = form.querySelector("#integration-row");
  if (row) row.hidden = chosen !== "magento";
}

if (type) {
  type.addEventListener("change", follow);
  // a browser that goes back restores the choice without telling
  addEventListener("pageshow", follow);
  follow();
}
