(() => {
  "use strict";
  // A page keeps what its reader chose in its link: a jump inside the page does not change it.
  document.querySelectorAll('a[href^="#"]').forEach((a) => a.addEventListener("click", (event) => {
    const target = document.getElementById(a.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    if (target instanceof HTMLDetailsElement) target.open = true;
    target.scrollIntoView();
    (target.querySelector("summary") ?? target).focus();
  }));
})();
