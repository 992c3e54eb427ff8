// Keeps a part of the page fresh while something is under way: the element says so with data-watch, and has an id.
"use strict";
(() => {
  const every = 1500;
  const look = async () => {
    const part = document.querySelector("[data-watch]");
    if (!part) return;
    try {
      const answer = await fetch(location.href.replace(/([?&])done=[^&]*/, "$1"), { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
        if (fresh) part.replaceWith(fresh);
      }
    } catch { /* the line is bad; the next look may get through */ }
    setTimeout(look, every);
  };
  setTimeout(look, every);
})();
