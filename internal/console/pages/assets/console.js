// Comfort for staff: keys, drafts that survive, who else has a complaint open, news of the queue. Every page works without.
"use strict";

const here = (id) => document.getElementById(id);

// store keeps small things in the browser, where that is allowed.
const store = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  set(name, value) { try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name); } catch {} },
};

// Drafts belong to a person, a complaint and a form. What was sent is forgotten once the page says that it was done.
const whose = "draft " + document.body.dataset.person + " ";
const sent = sessionStorage.getItem("sent");
sessionStorage.removeItem("sent");
if (sent && document.querySelector(".done")) for (const name of JSON.parse(sent)) store.set(name, "");
for (const field of document.querySelectorAll("[data-draft]")) {
  const name = whose + field.dataset.draft;
  const old = store.get(name);
  if (old && !field.value) {
    field.value = old;
    field.closest("details.act")?.setAttribute("open", "");
  }
  field.addEventListener("input", () => store.set(name, field.value));
}
for (const form of document.forms) form.addEventListener("submit", () => {
  sessionStorage.setItem("sent", JSON.stringify([...form.querySelectorAll("[data-draft]")].map((f) => whose + f.dataset.draft)));
});

// A canned reply goes behind what was typed, and can still be changed.
for (const choice of document.querySelectorAll(".fill select")) {
  choice.parentElement.querySelector("button").hidden = true;
  choice.addEventListener("change", () => {
    const text = choice.selectedOptions[0].dataset.text, field = choice.form.elements.note;
    if (!text) return;
    field.value = (field.value.trim() + "\n" + text).trim();
    field.dispatchEvent(new Event("input"));
    choice.selectedIndex = 0;
    field.focus();
  });
}

// Keys are what elements say in aria-keyshortcuts; on lists j and k go down and up, x ticks. They can be switched off.
const links = [...document.querySelectorAll(".inbox tbody th a")];
const dialog = here("keys");
const on = () => store.get("keys") !== "off";
function typing(target) { return target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea"); }
function tick(link) { return link?.closest("tr").querySelector("[name=pick]"); }
function press(key) {
  const at = links.indexOf(document.activeElement);
  if (links.length && (key === "j" || key === "k")) {
    links[Math.min(Math.max(key === "j" ? at + 1 : at < 0 ? 0 : at - 1, 0), links.length - 1)].focus();
    return true;
  }
  const box = tick(links[at]);
  if (box && key === "x") {
    box.click();
    return true;
  }
  if (links.length && key === "r") {
    if (at < 0) return false;
    location.href = links[at].href + "#resolve";
    return true;
  }
  const target = document.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (box && target.form?.id === "bulk" && !document.querySelector("[name=pick]:checked")) box.checked = true;
  if (target.matches("details")) {
    target.open = true;
    (target.querySelector("textarea, select:not([name=reply])") || target).focus();
  } else if (target.matches("input")) target.focus();
  else target.click();
  return true;
}
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || typing(e.target)) return;
  if (e.key !== "?" && (!on() || dialog?.open)) return;
  if (press(e.key)) e.preventDefault();
});
if (dialog) {
  const list = dialog.querySelector("dl");
  const add = (key, words) => {
    const line = document.createElement("div"), dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    dd.textContent = words;
    line.append(dt, dd);
    list.append(line);
  };
  if (links.length) for (const [key, name] of [["j", "next"], ["k", "before"], ["Enter", "enter"], ["r", "list"], ["x", "pick"]]) add(key, dialog.dataset[name]);
  for (const target of document.querySelectorAll("[aria-keyshortcuts]")) {
    if (target.id === "keys-open") continue;
    const from = target.matches("details") ? target.querySelector("summary") : target;
    add(target.getAttribute("aria-keyshortcuts"), target.labels?.[0]?.textContent || [...from.childNodes].filter((n) => n.nodeName !== "KBD").map((n) => n.textContent).join(" ").trim());
  }
  here("keys-open").hidden = false;
  here("keys-open").addEventListener("click", () => dialog.showModal());
  here("keys-on").checked = on();
  here("keys-on").addEventListener("change", (e) => store.set("keys", e.target.checked ? "" : "off"));
}
if (location.hash === "#resolve") press("r");

// How many are ticked.
const picked = here("picked");
function count() {
  const n = document.querySelectorAll("[name=pick]:checked").length;
  picked.textContent = n === 0 ? "" : n === 1 ? picked.dataset.one : picked.dataset.more.replace("{n}", n);
}
if (picked) {
  document.addEventListener("change", count);
  count();
}

// Agencies are found while somebody types.
for (const field of document.querySelectorAll("[data-find]")) {
  let later, latest = 0;
  field.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(async () => {
      const mine = ++latest;
      const answer = await fetch(field.dataset.find + "?q=" + encodeURIComponent(field.value)).catch(() => null);
      if (!answer?.ok || mine !== latest) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("found");
      if (found && mine === latest) here("found").replaceChildren(...found.childNodes);
    }, 250);
  });
  field.addEventListener("keydown", (e) => { if (e.key === "Enter") e.preventDefault(); });
}

// Who else has the complaint open.
const others = here("others");
if (others) {
  const body = () => new URLSearchParams({ csrf: others.dataset.csrf });
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(others.dataset.here, { method: "POST", body: body() }).catch(() => null);
    if (!answer?.ok) return;
    const words = await answer.text();
    if (others.textContent !== words) others.textContent = words;
    others.hidden = !words;
  }, 20000);
  addEventListener("pagehide", () => navigator.sendBeacon(others.dataset.gone, body()));
}

// News are counted and shown when asked for: no row moves under the hand.
const news = here("news");
if (news && "EventSource" in window) {
  const changed = new Set();
  const stream = new EventSource(news.dataset.stream);
  stream.addEventListener("changed", (e) => {
    changed.add(JSON.parse(e.data).number);
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = news.dataset.words.replace("{n}", changed.size);
    news.replaceChildren(link);
    news.hidden = false;
  });
  addEventListener("pagehide", () => stream.close());
}
