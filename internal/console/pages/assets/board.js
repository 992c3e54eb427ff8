// The board shows how things stand by now: after news, and every half minute, its figures are fetched anew. Nothing moves
// while somebody is in it with the keyboard.
"use strict";

const live = document.getElementById("live"), fresh = document.getElementById("fresh");
if (live && fresh) {
  let waiting, busy = false;
  const refresh = async () => {
    waiting = undefined;
    if (busy || document.hidden || live.contains(document.activeElement)) return;
    busy = true;
    const answer = await fetch(location.href).catch(() => null);
    busy = false;
    if (!answer?.ok || live.contains(document.activeElement)) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const opened = [...live.querySelectorAll("details")].map((d) => d.open);
    live.replaceChildren(...page.getElementById("live").childNodes);
    live.querySelectorAll("details").forEach((d, i) => { d.open = opened[i] || false; });
    fresh.replaceChildren(...page.getElementById("fresh").childNodes);
  };
  const soon = () => { waiting ??= setTimeout(refresh, 4000); };
  if ("EventSource" in window) {
    const stream = new EventSource(fresh.dataset.stream);
    for (const name of ["changed", "look"]) stream.addEventListener(name, soon);
  }
  setInterval(refresh, 30000);
}

// How far ordered files are.
const exports = document.getElementById("exports");
if (exports?.dataset.moving) {
  const look = setInterval(async () => {
    const answer = await fetch(location.pathname).catch(() => null);
    if (!answer?.ok) return;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("exports");
    exports.replaceChildren(...now.childNodes);
    if (!now.dataset.moving) clearInterval(look);
  }, 2000);
}
