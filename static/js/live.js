// Owns: a job's page that follows its job. The server sends the whole part again whenever it has changed; here it is
// carried over change by change, so that focus, selection and scrolling stay.
import { parse } from "./fragment.js";
import { morph } from "./morph.js";

const live = document.querySelector("#live[data-events]");
let source;

if (live) {
  saysItsStatus(live);
  listen();
  // a page in the browser's memory holds no connection
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && "events" in live.dataset && listen());
}

function listen() {
  source = new EventSource(live.dataset.events);
  source.addEventListener("progress", (event) => show(event.data));
  source.addEventListener("over", (event) => {
    source.close();
    delete live.dataset.events;
    show(event.data);
  });
  // no handler for errors: the browser connects again by itself, and the first event then tells all
}

function show(html) {
  const fresh = parse(html);
  saysItsStatus(fresh);
  morph(live, fresh);
}

/** Only the status word is said aloud when it changes; the numbers would never stop talking. */
function saysItsStatus(part) {
  part.querySelector("#job-status")?.setAttribute("role", "status");
}
