// Owns: Check Connection while one watches: the steps tick off one by one as the server reports them, then its verdict
// stands there. What the store told fills the fields that depend on it; a failure fills nothing.
import { settle } from "./errors.js";
import { icon, make, parse } from "./fragment.js";
import { post, replace } from "./integration-form.js";
import { readLines } from "./lines.js";

const LOST = {
  broken: "The check was not finished: the answer broke off. Nothing was saved or changed. Try once more.",
};

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-integration-form]");
  const switches = event.submitter?.value === "switch-wsi";
  if (!form || !(switches || event.submitter?.matches("[data-check]"))) return;
  event.preventDefault();
  if (form.querySelector("[data-probe] > [aria-busy=true]")) return;
  const wsi = form.elements.namedItem("ws-i-compliance");
  if (switches) wsi.checked = !wsi.checked;
  check(form, switches ? form.querySelector("[data-check]") : event.submitter);
});

async function check(form, button) {
  const buttons = form.querySelectorAll("[data-check]");
  const place = form.querySelector("[data-probe]");
  const live = livePanel();
  place.replaceChildren(live.panel);
  // the check has the word now; the fields that need a look stay marked
  form.querySelector(".form-note")?.remove();
  live.panel.scrollIntoView({ block: "nearest" });
  button.setAttribute("aria-busy", "true");
  for (const each of buttons) each.disabled = true;
  const end = await ask(form, button.value, live.step).catch(() => LOST);
  live.stop();
  button.removeAttribute("aria-busy");
  for (const each of buttons) each.disabled = false;
  if (!end || !form.isConnected) return;
  const panel = end.panel ? parse(end.panel).firstElementChild : brokenPanel(end.broken);
  place.replaceChildren(panel);
  fill(form, end);
  // what is next must be seen: after a success the website, which stands below the steps
  const next = end.websites && form.elements.namedItem("website")?.closest(".field");
  (next || panel).scrollIntoView({ block: "nearest" });
  emphasize(form, Boolean(end.websites));
  // a disabled button loses the focus; who pressed it with the keyboard goes on from it
  if ([document.body, form.closest("dialog")].includes(document.activeElement)) button.focus({ preventScroll: true });
}

/** The last line; nothing when the form was replaced instead, because it has errors. */
async function ask(form, action, onStep) {
  const gone = new AbortController();
  form.closest("dialog")?.addEventListener("close", () => gone.abort(), { once: true });
  const response = await post(form, action, { headers: { Accept: "application/x-ndjson" }, signal: gone.signal });
  if (response.redirected) return void location.reload(); // the session is over: sign in, then come back here
  if (response.status === 422) {
    if (replace(form, await response.text())) return undefined;
  } else if (response.ok && response.headers.get("content-type")?.includes("ndjson")) {
    for await (const line of readLines(response.body)) {
      if (line.step === undefined) return line;
      onStep(line.step);
    }
  }
  return LOST;
}

function livePanel() {
  const steps = make("ol", { class: "steps" });
  const clock = make("span", { class: "took", "aria-hidden": "true" });
  const head = make("p", { class: "probe-head" }, make("span", {}, "Checking the connection …"), clock);
  const panel = make("section", { class: "probe info", role: "status", "aria-busy": "true" }, head, steps);
  const began = Date.now();
  const ticking = setInterval(() => (clock.textContent = `${Math.round((Date.now() - began) / 1000)} s`), 1000);
  const step = (html) => {
    steps.append(parse(html));
    panel.scrollIntoView({ block: "nearest" });
  };
  return { panel, step, stop: () => clearInterval(ticking) };
}

function brokenPanel(text) {
  const head = make("p", { class: "probe-head" }, icon("failed"), make("span", {}, text));
  return make("section", { class: "probe bad", role: "alert" }, head);
}

function fill(form, { websites, adminUrl, wsdlUrl }) {
  const website = form.elements.namedItem("website");
  if (websites && website && !website.disabled) {
    const chosen = website.value;
    website.replaceChildren(...websites.map(([value, label]) => new Option(label, value)));
    website.value = websites.some(([value]) => String(value) === chosen) ? chosen : "all";
    // "check the connection first" is answered
    settle(website);
  }
  // where it was found after redirects: the address to keep
  const wsdl = form.elements.namedItem("soap-wsdl-url");
  if (wsdlUrl && wsdl) {
    moveCredentials(form, wsdl.value);
    wsdl.value = wsdlUrl;
  }
  const address = form.elements.namedItem("admin-url");
  if (adminUrl && address && !address.disabled && address.value.trim() === "") address.value = adminUrl;
}

/** A user and password that were typed into the address have fields of their own; the address is kept without them. */
function moveCredentials(form, typed) {
  if (!URL.canParse(typed)) return;
  const { username, password } = new URL(typed);
  if (username === "" && password === "") return;
  form.elements.namedItem("basic-auth-user").value = decode(username);
  form.elements.namedItem("basic-auth-password").value = decode(password);
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** One primary button: after a failure the next step is to check again, not to be done. */
function emphasize(form, passed) {
  const remedy = form.querySelector("[data-probe] .btn-primary");
  form.querySelector("[data-check]").classList.toggle("btn-primary", !passed && !remedy);
  form.querySelector(".dialog-foot [value=done]").classList.toggle("btn-primary", passed);
}
