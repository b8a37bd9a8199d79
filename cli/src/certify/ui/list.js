// A table of rows that people walk through with the arrow keys. Rows that stay are not made again, so neither the focus, nor the
// place to which somebody has scrolled, nor what a screen reader reads is lost when new ones come.
"use strict";

function element(name, content, className) {
  const made = document.createElement(name);
  if (className) made.className = className;
  for (const child of [content].flat()) if (child !== null && child !== undefined) made.append(child);
  return made;
}

function button(content, act) {
  const made = element("button", content);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

class List {
  constructor(body) {
    this.body = body;
    this.rows = new Map();
    body.addEventListener("keydown", (event) => this.walk(event));
    body.addEventListener("focusin", (event) => this.stop(event.target));
  }

  // Shows items in this order. `key` says which row an item has, `make` makes it, `chosen` says whether it is the chosen one.
  show(items, key, make, chosen) {
    const wanted = new Map(items.map((item) => [key(item), item]));
    for (const [of, row] of this.rows) {
      if (!wanted.has(of)) {
        row.remove();
        this.rows.delete(of);
      }
    }
    let next = this.body.firstChild;
    for (const [of, item] of wanted) {
      const row = this.rows.get(of) || make(item);
      this.rows.set(of, row);
      row.classList.toggle("chosen", chosen(item));
      if (chosen(item)) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (row === next) next = next.nextSibling;
      else this.body.insertBefore(row, next);
    }
    this.stop(this.body.querySelector("button[tabindex='0']") || this.body.querySelector("button"));
  }

  // Makes all rows again when they are next shown: in another language, for example.
  forget() {
    const focused = [...this.rows].find(([, row]) => row.contains(document.activeElement));
    this.rows.clear();
    this.body.replaceChildren();
    return focused ? focused[0] : null;
  }

  focus(of) {
    this.rows.get(of)?.querySelector("button").focus({ preventScroll: true });
  }

  // The tab key stops at one row of the list.
  stop(at) {
    if (!at) return;
    for (const one of this.body.querySelectorAll("button")) one.tabIndex = one === at ? 0 : -1;
  }

  walk(event) {
    const all = [...this.body.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    all[Math.min(Math.max(to, 0), all.length - 1)].focus();
  }
}
