// What a person finds on a page. Runs as the head of every script that a test sends; none of it stays on the page.

const scope = () => [...document.querySelectorAll("dialog:modal")].at(-1) ?? document;
const folded = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[aria-hidden=true]");

/** The words of an element without those that are kept from screen readers. */
function words(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
  return [...node.childNodes].map(words).join("");
}

const called = (element) => folded(element.getAttribute("aria-label") ?? words(element));
const all = (what) => [...scope().querySelectorAll(what)].filter(seen);

const PRESSABLE = "button, a[href], summary, input[type=submit]";
const pressable = (name) => all(PRESSABLE).find((element) => called(element) === name && !element.disabled);
const field = (label) => all("label").find((element) => called(element) === label && element.control)?.control;
/** Labels of fields and names of buttons, as they follow one another. */
const controls = () => all("label, button").map(called);
/** What something of this role says, when the text is part of it. */
const said = (role, text) => all(`[role=${role}]`).map((element) => folded(element.innerText)).find((words) => words.includes(text));
const text = () => folded((scope() === document ? document.body : scope()).innerText);
const heading = () => folded(document.querySelector("h1")?.innerText);

const STATUS = /\b(Queued|Running|Completed with errors|Completed|Failed|Cancelled)\b/;
/** A job's status: the first status word in main. */
const status = () => STATUS.exec(document.querySelector("main")?.innerText)?.[0];
/** Notes each status that the page shows from now on; a page that is loaded anew has forgotten them. */
function watchStatus() {
  window.statuses = [status()];
  const note = () => status() !== window.statuses.at(-1) && window.statuses.push(status());
  new MutationObserver(note).observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true });
}
