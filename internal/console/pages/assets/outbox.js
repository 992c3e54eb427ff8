// The outbox keeps forms that were sent without a line, with their photos, until they have arrived. Pages and the service
// worker share it. Each form carries the key it was made with, so a form that is sent twice makes one complaint.
"use strict";

const outbox = {
  async store(mode, act) {
    const db = await new Promise((yes, no) => {
      const asked = indexedDB.open("respons", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: "key" });
      asked.onsuccess = () => yes(asked.result);
      asked.onerror = () => no(asked.error);
    });
    try {
      return await new Promise((yes, no) => {
        const asked = act(db.transaction("outbox", mode).objectStore("outbox"));
        asked.onsuccess = () => yes(asked.result);
        asked.onerror = () => no(asked.error);
      });
    } finally {
      db.close();
    }
  },

  keep(form) { return this.store("readwrite", (s) => s.put({ key: form.get("key"), fields: [...form.entries()] })); },
  list() { return this.store("readonly", (s) => s.getAll()); },
  drop(key) { return this.store("readwrite", (s) => s.delete(key)); },

  // send sends what waits, one after the other, and gives the numbers that came back. It stops where the line breaks.
  // A form that is refused stays, marked, so that its words are not lost.
  send() {
    const work = async () => {
      const numbers = [];
      for (const { key, fields, refused } of await this.list()) {
        if (refused) continue;
        let answer;
        try {
          const page = await (await fetch("/file", { credentials: "same-origin" })).text();
          const form = new FormData();
          for (const [name, value] of fields) form.append(name, value);
          form.set("csrf", (page.match(/name="csrf" value="([^"]*)"/) || ["", ""])[1]);
          form.set("step", "send");
          answer = await fetch("/file", { method: "POST", body: form, credentials: "same-origin" });
        } catch {
          break;
        }
        const number = ((await answer.text()).match(/data-number="([^"]+)"/) || [])[1];
        if (answer.ok && number) {
          await this.drop(key);
          numbers.push(number);
        } else if (answer.status === 429 || answer.status >= 500) {
          break;
        } else {
          await this.store("readwrite", (s) => s.put({ key, fields, refused: answer.status }));
        }
      }
      return numbers;
    };
    return self.navigator.locks ? self.navigator.locks.request("outbox", work) : work();
  },
};
