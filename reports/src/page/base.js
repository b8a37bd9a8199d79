"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const show = (language) => {
    root.lang = language;
    all("[data-language]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.language === language)));
  };
  // The language is kept in the link.
  const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
  if (asked === "ja" || asked === "en") show(asked);
  all("[data-language]").forEach((b) => b.addEventListener("click", () => {
    show(b.dataset.language);
    history.replaceState(null, "", "#lang=" + b.dataset.language);
  }));
  // What is folded is printed too.
  let closed = [];
  window.addEventListener("beforeprint", () => { closed = all("details:not([open])"); closed.forEach((d) => { d.open = true; }); });
  window.addEventListener("afterprint", () => closed.forEach((d) => { d.open = false; }));
})();
