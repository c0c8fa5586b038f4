// Owns: HTML of the server on its way into a page that stands already.

/** The server's HTML as nodes. Nothing in a template runs or loads; noscript would be plain markup there, so it goes. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const needless of template.content.querySelectorAll("noscript")) needless.remove();
  return template.content;
}

const REFERENCES = ["for", "aria-describedby", "aria-labelledby", "aria-controls"];

/**
 * Renames ids that the page has already, and all that refers to them: the channel and its integration both have a field
 * "name", and a label must lead to its own. What stands in `instead` is about to go and does not count.
 */
export function keepIdsApart(part, instead) {
  for (const element of part.querySelectorAll("[id]")) {
    const id = element.id;
    const other = document.getElementById(id);
    if (!other || part.contains(other) || instead?.contains(other)) continue;
    element.id = `part-${id}`;
    for (const name of REFERENCES) {
      for (const from of part.querySelectorAll(`[${name}~="${CSS.escape(id)}"]`)) {
        const ids = from.getAttribute(name).split(/\s+/);
        from.setAttribute(name, ids.map((one) => (one === id ? `part-${id}` : one)).join(" "));
      }
    }
  }
}

/** An icon of the sprite; where that lives, any icon on the page knows. */
export function icon(name) {
  const SVG = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  const sprite = document.querySelector('use[href*="icons.svg#"]')?.getAttribute("href").split("#")[0] ?? "";
  use.setAttribute("href", `${sprite}#${name}`);
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** An element with attributes and content; texts stay texts. */
export function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

/** Only a plain click is ours: with a key or another button the browser opens a tab, a window, a menu. */
export function isPlain(click) {
  return click.button === 0 && !click.ctrlKey && !click.metaKey && !click.shiftKey && !click.altKey && !click.defaultPrevented;
}
