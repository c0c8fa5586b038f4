// Owns: what is found while somebody types into the search of the top bar, as a list to go through with the arrow keys.
// Without it, or when nothing comes, the form leads to the page with all that is found.
import { make, parse } from "./fragment.js";

const PAUSE = 120;
const input = document.querySelector('.top [role="search"] input[type="search"]');

if (input) {
  const panel = make("div", { class: "found", hidden: "" });
  const said = make("p", { class: "hidden", role: "status" });
  input.form.append(panel, said);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", "found"]]) {
    input.setAttribute(name, value);
  }
  behave(input, panel, said);
}

function behave(input, panel, said) {
  let asked = null;
  let timer = 0;

  const options = () => [...panel.querySelectorAll('[role="option"]')];
  const chosen = () => panel.querySelector('[aria-selected="true"]');

  function choose(option) {
    chosen()?.removeAttribute("aria-selected");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    panel.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(null);
  }

  async function ask() {
    const text = input.value.trim();
    asked?.abort();
    if (!text) return close();
    const mine = (asked = new AbortController());
    try {
      const response = await fetch(`/search/suggestions?q=${encodeURIComponent(text)}`, { signal: mine.signal });
      const part = response.ok && parse(await response.text()).querySelector("[data-part]");
      if (!part) return close();
      if (!mine.signal.aborted) show(part);
    } catch {
      // the next letter asks anew, and Enter leads to the page
    }
  }

  function show(part) {
    panel.replaceChildren(...part.children);
    options().forEach((option, nr) => (option.id = `found-option-${nr}`));
    const many = Number(part.dataset.many);
    said.textContent = many === 0 ? "Nothing found" : `${many} found`;
    panel.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(null);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });

  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      location.assign(chosen().href);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
      event.preventDefault();
      if (panel.hidden) return void ask();
      const all = options();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // above the first one is the field itself
      const next = all.indexOf(chosen()) + step;
      choose(next === -2 ? all.at(-1) : all[next]);
    }
  });

  input.form.addEventListener("focusout", (event) => {
    if (!input.form.contains(event.relatedTarget)) close();
  });
  // a click on what is found does not take the focus, so that the list stays until the browser goes there
  panel.addEventListener("mousedown", (event) => event.preventDefault());
}
