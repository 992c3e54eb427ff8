// Comfort where staff come in: the secret behind # of a link is posted, passwords can be shown, recovery codes printed and
// copied. Every page works without.
"use strict";

const link = document.getElementById("link-form");
if (link && location.hash.length > 1) {
  link.elements.link.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname); // it shall not stay in the list of pages that were visited
  link.submit();
}

for (const label of document.querySelectorAll("[data-reveal]")) {
  label.hidden = false;
  label.firstElementChild.addEventListener("change", (e) => {
    for (const name of label.dataset.reveal.split(" ")) for (const field of label.closest("form").querySelectorAll(`[name="${name}"]`)) field.type = e.target.checked ? "text" : "password";
  });
}

const keep = document.getElementById("keep");
if (keep) {
  keep.hidden = false;
  document.getElementById("print").addEventListener("click", () => print());
  const copy = document.getElementById("copy");
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText([...document.querySelectorAll("#codes code")].map((c) => c.textContent).join("\n"));
    copy.textContent = copy.dataset.done;
  });
}
