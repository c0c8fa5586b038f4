// Owns: making a part of the page equal to a newer one by the fewest changes. What is equal is not touched: it keeps
// focus, selection, scroll position and running transitions, and a screen reader hears only what is new.

/** Makes the children of `old` equal to those of `fresh`, which is used up. */
export function morph(old, fresh) {
  if (old.matches?.('[role="log"]')) return lengthen(old, fresh);
  let at = old.firstChild;
  // more new children than old: unlike ones were put in; fewer: unlike ones were taken out
  let surplus = old.childNodes.length - fresh.childNodes.length;
  for (const node of [...fresh.childNodes]) {
    while (at && surplus > 0 && !alike(at, node)) {
      at = drop(at);
      surplus -= 1;
    }
    if (at && alike(at, node)) {
      const next = at.nextSibling;
      patch(at, node);
      at = next;
    } else {
      old.insertBefore(node, at);
      if (surplus < 0) surplus += 1;
      else if (at) at = drop(at);
    }
  }
  while (at) at = drop(at);
}

function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function alike(one, other) {
  return one.nodeName === other.nodeName && one.id === other.id;
}

function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (!(old instanceof Element)) {
    old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  morph(old, fresh);
}

/** A log only gets lines at its top and loses some at its end; who reads further down is not moved. */
function lengthen(log, fresh) {
  const lines = [...fresh.children];
  const first = log.firstElementChild;
  const known = first ? lines.findIndex((line) => line.isEqualNode(first)) : -1;
  const fromEnd = log.scrollHeight - log.scrollTop;
  if (known < 0) {
    log.replaceChildren(...lines);
    return;
  }
  log.prepend(...lines.slice(0, known));
  while (log.children.length > lines.length) log.lastElementChild.remove();
  if (log.scrollTop > 0) log.scrollTop = log.scrollHeight - fromEnd;
}
