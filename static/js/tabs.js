// Owns: the tabs of a dialog. Without it they are anchors, and all panels stand one under the other.

/** Turns `[data-tab]` links and `[data-panel]` sections into tabs; opens on the first panel with an error. */
export function enhance(part) {
  const tabs = [...part.querySelectorAll("[data-tab]")];
  const panels = [...part.querySelectorAll("[data-panel]")];
  if (tabs.length === 0) return;
  const list = tabs[0].parentElement;
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    const panel = panelOf(tab, panels);
    tab.id = `tab-${tab.dataset.tab}`;
    tab.setAttribute("role", "tab");
    tab.removeAttribute("aria-current");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    // the tab says it; the heading is for the page with all panels
    panel.querySelector("h3")?.classList.add("hidden");
  }
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tab]");
    if (!tab) return;
    event.preventDefault();
    select(tab, tabs, panels);
  });
  list.addEventListener("keydown", (event) => {
    const next = follower(event.key, tabs.indexOf(event.target.closest("[data-tab]")), tabs.length);
    if (next === undefined) return;
    event.preventDefault();
    select(tabs[next], tabs, panels);
    tabs[next].focus();
  });
  const troubled = panels.find((panel) => panel.querySelector('[aria-invalid="true"]'));
  select(tabs.find((tab) => panelOf(tab, panels) === troubled) ?? tabs[0], tabs, panels);
}

function panelOf(tab, panels) {
  return panels.find((panel) => panel.dataset.panel === tab.dataset.tab);
}

function follower(key, at, count) {
  switch (key) {
    case "ArrowRight": return (at + 1) % count;
    case "ArrowLeft": return (at + count - 1) % count;
    case "Home": return 0;
    case "End": return count - 1;
    case " ": return at;
    default: return undefined;
  }
}

function select(chosen, tabs, panels) {
  for (const tab of tabs) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    // one stop for the Tab key; the arrows move within
    tab.tabIndex = on ? 0 : -1;
    panelOf(tab, panels).hidden = !on;
  }
  chosen.closest("form")?.querySelector(".dialog-body")?.scrollTo(0, 0);
}
