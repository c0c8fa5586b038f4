// Owns: the row on the channel's form that names its integration, kept true while the rest of the form is being typed.
import { icon, make, parse } from "./fragment.js";

/** Which settings the form shows: it saves these and no others. */
function remember(mark) {
  const field = document.querySelector("[data-channel-form] [data-configured]");
  if (field) field.value = mark ?? "";
}

/** The row of a configured integration, as the server draws it. */
export function showConfigured(row, name, mark) {
  const removal = { class: "btn btn-plain btn-icon", href: row.dataset.removal, "data-dialog": "" };
  const label = "Remove integration";
  const edit = make("a", { href: row.dataset.integration, "data-integration-dialog": "" }, "Edit");
  row.replaceChildren(
    make("strong", { class: "integration-name" }, name),
    ...(mark ? [make("span", { class: "hint" }, "Not saved yet.")] : []),
    edit,
    make("a", { ...removal, "aria-label": label, title: label }, icon("close")),
  );
  remember(mark);
  answer(row);
  edit.focus();
}

// A removal from this form is sent behind its back: by itself it would reload the page and lose what is typed.
document.addEventListener("confirmed", (event) => {
  const row = event.target.closest("[data-channel-form] [data-integration]");
  if (!row) return;
  event.preventDefault();
  remove(row, event.detail);
});

async function remove(row, { dialog, form }) {
  const button = form.querySelector("button[type=submit]");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const response = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => undefined);
  if (!response) return form.submit();
  const page = parse(await response.text().catch(() => ""));
  const fresh = page.querySelector("[data-channel-form] [data-integration]");
  // done or refused, but not as thought: what the server says counts more than what is typed
  if (!response.ok || !fresh) return location.assign(response.url);
  dialog.close();
  row.replaceChildren(...fresh.childNodes);
  row.dataset.integration = fresh.dataset.integration;
  row.dataset.removal = fresh.dataset.removal;
  remember(page.querySelector("[data-configured]")?.value);
  answer(row);
  row.querySelector("[data-integration-dialog]")?.focus();
  place(page.querySelector(".note-flash"));
}

/** What was wrong with the row before is answered. */
function answer(row) {
  row.removeAttribute("aria-describedby");
  document.getElementById("integration-error")?.remove();
  // the note above speaks of the marked fields: it goes with the last of them
  if (!document.querySelector("[data-channel-form] .error")) document.querySelector("main .form-note")?.remove();
}

/** A note as the server leaves one for the next page, for a page that stays. */
export function showNote(text, link) {
  const more = link ? [" ", make("a", { href: link[1] }, link[0]), "."] : [];
  const words = make("div", {}, make("p", {}, text, ...more));
  place(make("div", { class: "note ok note-flash", role: "status" }, icon("done"), words));
}

function place(note) {
  if (!note) return;
  document.querySelector("main .note-flash")?.remove();
  for (const button of note.querySelectorAll("[data-dismiss]")) button.hidden = false;
  document.querySelector("main .page-head")?.after(note);
}
