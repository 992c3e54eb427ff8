// Comfort on the citizens' pages: a draft that survives, the phone's position, and forms that wait for a line.
"use strict";

const draftName = "respons-draft";
const form = document.querySelector("form#file");

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});

// drafts can be kept unless the person said that others use the device, or the browser forbids it.
function draft(value) {
  try {
    if (value === null) localStorage.removeItem(draftName);
    else if (value) localStorage.setItem(draftName, JSON.stringify(value));
    else return JSON.parse(localStorage.getItem(draftName));
  } catch {}
  return null;
}

function fields() {
  const out = {};
  for (const name of ["key", "kind", "text", "address", "postcode", "lat", "lon", "accuracy"]) out[name] = form.elements[name].value;
  return out;
}

if (form) {
  const saved = document.getElementById("saved");
  const old = draft();
  if (old && !form.elements.text.value) for (const [name, value] of Object.entries(old)) if (form.elements[name]) form.elements[name].value = value;
  let later;
  form.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(() => {
      if (!form.elements.keep.checked) return draft(null);
      draft(fields());
      saved.textContent = form.dataset.saved;
    }, 300);
  });

  const here = document.getElementById("here");
  if ("geolocation" in navigator) {
    here.hidden = false;
    here.addEventListener("click", () => {
      const say = document.getElementById("position");
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        form.elements.lat.value = coords.latitude;
        form.elements.lon.value = coords.longitude;
        form.elements.accuracy.value = Math.ceil(coords.accuracy);
        say.textContent = form.dataset.found.replace("{n}", Math.ceil(coords.accuracy));
      }, () => { say.textContent = form.dataset.nowhere; }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
    });
  }

  if (location.hash === "#queued") {
    draft(null);
    form.reset();
    saved.textContent = form.dataset.queued;
  }
  document.getElementById("offline").hidden = navigator.onLine && location.hash !== "#offline" && location.hash !== "#queued";
}

if (document.getElementById("receipt")) draft(null);

// What waits is sent when a page is opened, when the line comes back, and now and then while a page stays open.
async function send() {
  const numbers = await outbox.send();
  const waiting = document.getElementById("waiting");
  if (!waiting) return;
  const still = (await outbox.list()).length;
  waiting.hidden = !still && !numbers.length;
  if (still) waiting.textContent = waiting.dataset.waiting.replace("{n}", still);
  if (numbers.length) {
    waiting.textContent = waiting.dataset.sent.replace("{n}", "");
    for (const number of numbers) {
      const link = document.createElement("a");
      link.href = "/follow/" + number;
      link.textContent = number + " ";
      waiting.append(link);
    }
  }
}

send();
addEventListener("online", send);
setInterval(send, 30000);
