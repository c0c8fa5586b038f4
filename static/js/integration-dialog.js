// Owns: configuring an integration in a dialog over the channel's form, which keeps what is typed below. Without
// JavaScript, or when the form cannot be fetched, the same link or button leads to a page with the same form.
import { isPlain, keepIdsApart, parse } from "./fragment.js";
import { post, prepare, replace, tell } from "./integration-form.js";
import { showConfigured, showNote } from "./integration-row.js";
import { enhance } from "./tabs.js";

/** A cancellation on its way: it must not hit the draft of a form that is opened after it. */
let leaving = Promise.resolve();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-integration-dialog]");
  const row = opener?.closest("[data-integration]");
  if (!row || !isPlain(event)) return;
  event.preventDefault();
  if (opener.getAttribute("aria-busy") !== "true") open(opener, row);
});

async function open(opener, row) {
  opener.setAttribute("aria-busy", "true");
  try {
    await leaving;
    const response = await fetch(row.dataset.integration, { headers: { "x-part": "1" } });
    const form = response.ok && parse(await response.text()).querySelector("[data-integration-form]");
    if (!form) throw new Error("not the form");
    show(form, opener, row);
  } catch {
    if (opener.href) location.assign(opener.href);
    else opener.form.requestSubmit(opener);
  } finally {
    opener.removeAttribute("aria-busy");
  }
}

function show(form, opener, row) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  // said aloud, for scripts that look for the attribute
  dialog.setAttribute("role", "dialog");
  dialog.setAttribute("aria-labelledby", "dialog-title");
  keepIdsApart(form);
  prepare(form);
  nameAfterChannel(form);
  dialog.append(form);
  dialog.addEventListener("replaced", () => enhance(dialog));
  dialog.addEventListener("submit", (event) => act(event, dialog, row));
  dialog.addEventListener("close", () => close(dialog, opener));
  document.body.append(dialog);
  enhance(dialog);
  dialog.showModal();
  form.elements.namedItem("name")?.focus();
}

function act(event, dialog, row) {
  switch (event.submitter?.value) {
    case "cancel":
      event.preventDefault();
      dialog.close("cancel");
      break;
    case "done":
      event.preventDefault();
      done(dialog, event.target, row);
      break;
    default: // Check Connection and its kin
  }
}

async function done(dialog, form, row) {
  const button = form.querySelector(".dialog-foot [value=done]");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const response = await post(form, "done");
    if (response.status === 422 && replace(form, await response.text())) return;
    if (!response.ok || response.redirected) throw new Error(`answered ${response.status}`);
    const answer = await response.json();
    dialog.close("done");
    showConfigured(row, answer.done, answer.configured);
    if (answer.preview) {
      showNote("Saved, but for two way sync and its rules:", ["see first what they would do", answer.preview]);
    } else if (answer.saved) showNote("Integration saved.");
  } catch {
    tell(form, "Not kept yet: the server gave no proper answer", "What you typed is still here. Try again in a moment.");
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Every way out but Done forgets what was typed, Escape as well. */
function close(dialog, opener) {
  const form = dialog.querySelector("form");
  if (dialog.returnValue !== "done") leaving = post(form, "cancel", { keepalive: true }).catch(() => {});
  dialog.remove();
  if (opener.isConnected) opener.focus();
}

/** The server knows the channel's name only once it was sent; here it may be typed already. */
function nameAfterChannel(form) {
  const name = form.elements.namedItem("name");
  const channel = document.querySelector("form[data-channel-form] #name")?.value.trim();
  if (channel && name?.value === "Integration") name.value = `${channel} Integration`;
}
