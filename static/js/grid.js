// Owns: a list by keyboard and at work. j and k walk the rows, Enter opens one, x ticks it, ? tells the keys; ticks are
// counted; while another page of the list is on its way, the rows say so. Without it every one of these is a link, a box
// or a button.
import { isPlain, make } from "./fragment.js";

const TYPING = 'input:not([type="checkbox"]), textarea, select, [contenteditable=""], [contenteditable="true"]';
const KEYS = [
  ["/", "Search"],
  ["j", "Next row"],
  ["k", "Previous row"],
  ["Enter", "Open the row"],
  ["x", "Tick the row"],
  ["?", "These keys"],
  ["Esc", "Close what is open"],
];

const grid = document.querySelector("section.grid");
const rows = () => [...(grid?.querySelectorAll("tbody tr") ?? [])];
const opener = (row) => row?.querySelector("a.opens") ?? row?.querySelector("a[href]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog:modal")) return;
  if (event.key === "?") {
    event.preventDefault();
    tell();
  } else if (grid && (event.key === "j" || event.key === "k")) {
    event.preventDefault();
    walk(event.key === "j" ? 1 : -1);
  } else if (grid && event.key === "x") {
    tick(document.activeElement?.closest("tbody tr"));
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) tell();
  const link = event.target.closest(".grid thead a, .grid-foot a, .grid-tools a");
  if (link && isPlain(event) && !link.hasAttribute("download") && !link.hasAttribute("data-dialog")) wait();
});

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.closest(".grid") && event.target.method === "get") wait();
});

// a page that comes back from the browser's memory is as it was left
addEventListener("pageshow", () => grid?.removeAttribute("aria-busy"));

for (const box of document.querySelectorAll("[data-tick-all]")) {
  box.hidden = false;
  box.addEventListener("change", () => {
    for (const other of boxes()) other.checked = box.checked;
    count();
  });
}
grid?.addEventListener("change", (event) => {
  if (event.target.matches('.pick input[name="id"]')) count();
});

function boxes() {
  return [...(grid?.querySelectorAll('.pick input[name="id"]') ?? [])];
}

/** The bar tells how many rows are ticked. */
function count() {
  const ticked = boxes().filter((box) => box.checked).length;
  const told = grid?.querySelector("[data-ticked]");
  if (told) told.textContent = ticked === 1 ? "1 row ticked" : `${ticked} rows ticked`;
}

/** The focus is the mark: Enter on a row's link is the browser's own. */
function walk(step) {
  const all = rows().filter(opener);
  const at = all.indexOf(document.activeElement?.closest("tbody tr"));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  opener(all[next])?.focus();
  all[next]?.scrollIntoView({ block: "nearest" });
}

function tick(row) {
  const box = row?.querySelector('.pick input[name="id"]');
  if (!box) return;
  box.checked = !box.checked;
  count();
}

function wait() {
  grid?.setAttribute("aria-busy", "true");
}

/** Which keys there are, in a dialog of its own. */
function tell() {
  const list = make("dl", { class: "facts facts-1 facts-tight" });
  for (const [key, what] of KEYS) list.append(make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, what)));
  const close = make("button", { class: "btn", type: "button" }, "Close");
  const title = make("h2", { id: "keys-title" }, "Keys");
  const dialog = make(
    "dialog",
    { class: "dialog dialog-s", "aria-labelledby": "keys-title" },
    make("section", { class: "card confirm" }, make("div", { class: "card-head" }, title), list, make("div", { class: "dialog-foot" }, close)),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
