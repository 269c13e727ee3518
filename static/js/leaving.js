/* Signing out of a phone: what is unsent is told first, and a shared phone forgets everything of its reader. */

import { SHELVES, keysOf, transact } from "./kept.js";
import { count, forgetReader, phone } from "./outbox.js";

/** Forget everything that this phone keeps of anybody: on a shared phone, when its reader leaves. */
async function forgetAll() {
  for (const key of keysOf("terrace-")) localStorage.removeItem(key);
  for (const shelf of SHELVES) {
    try {
      await transact(shelf, "readwrite", (store) => store.clear());
    } catch {
      // no database
    }
  }
}

/** Clear what must not stay, then sign out with `form`. */
export async function leave(form, isShared) {
  if (isShared) {
    await forgetAll();
    const names = (await self.caches?.keys()) ?? [];
    await Promise.all(names.map((name) => caches.delete(name)));
  } else {
    forgetReader();
  }
  HTMLFormElement.prototype.submit.call(form);
}

async function signOut(event) {
  event.preventDefault();
  const form = event.currentTarget;
  await count();
  if (phone.waiting.length) location.href = `/${document.documentElement.lang}/waiting/?leaving`;
  else leave(form, form.dataset.signOut === "shared");
}

for (const form of document.querySelectorAll("form[data-sign-out]")) form.addEventListener("submit", signOut);
