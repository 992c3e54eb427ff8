// The service worker keeps the shell of the citizens' pages for when there is no line, and takes in forms that cannot be
// sent. The server puts the address of the assets in front of this file.
"use strict";

importScripts(assets + "outbox.js");

const shell = ["/", "/file", "/follow"];
const files = ["app.css", "app.js", "outbox.js", "citizen.js", "icon.svg"].map((name) => assets + name);

self.addEventListener("install", (e) => e.waitUntil((async () => {
  await (await caches.open(assets)).addAll([...shell.map((path) => new Request(path, { credentials: "omit" })), ...files]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== assets) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("sync", (e) => { if (e.tag === "outbox") e.waitUntil(outbox.send()); });

self.addEventListener("fetch", (e) => {
  const { pathname } = new URL(e.request.url);
  if (e.request.method === "POST" && pathname === "/file" && e.request.mode === "navigate") e.respondWith(file(e.request));
  else if (e.request.method !== "GET") return;
  else if (pathname.startsWith("/assets/")) e.respondWith(kept(e.request));
  else if (e.request.mode === "navigate" && shell.includes(pathname)) e.respondWith(page(e.request, pathname));
});

async function kept(request) {
  return await caches.match(request) || fetch(request);
}

// page asks the server and falls back to the shell as it was last seen. What is made for somebody who is signed in is not
// kept: others may open the browser after they signed out.
async function page(request, pathname) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !(await answer.clone().text()).includes("data-person=")) await (await caches.open(assets)).put(pathname, answer.clone());
    return answer;
  } catch {
    return await caches.match(pathname) || Response.error();
  }
}

// file sends a form. Without a line it is kept until there is one; one that was only to be looked at is left to its draft.
async function file(request) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    const form = await copy.formData();
    if (form.get("step") !== "send") return Response.redirect("/file#offline", 303);
    await outbox.keep(form);
    if (self.registration.sync) await self.registration.sync.register("outbox").catch(() => {});
    return Response.redirect("/file#queued", 303);
  }
}
