/* Signing out of a phone: what is unsent is told first, and from a shared phone all goes that is its reader's.
 *
 * Of anybody else nothing is touched: what they did and did not send waits here until they sign in again.
 */

import { SHELVES, all, forget, keysOf, read } from "./kept.js";
import { count, fetchState, forgetReader, isMine, phone } from "./outbox.js";

const PATIENCE_OF_LEAVING = 20000; // ms
const NOBODY = "nobody"; // so assignment.js calls the owner of words that were typed before anybody was known
const BEGUN = /^terrace-(?:words|reflection|draft):([^:]+):(.+)$/;

/** Words that were typed here and never given to the outbox, of whoever is known: `{key, owner, words}`. */
export async function begunWords() {
  const given = [...(await all("outbox")), ...(await all("sent"))];
  const records = new Map((await all("drafts")).map(({ id, words }) => [`terrace-words:${id}`, words]));
  for (const key of keysOf("terrace-")) if (BEGUN.test(key)) records.set(key, read(key, {}));
  return [...records].flatMap(([key, record]) => {
    const named = BEGUN.exec(key);
    const owner = named[1];
    if (owner === NOBODY) return [];
    const about = given.filter((item) => (item.key ?? item.event?.data.question) === named[2] && (item.owner === owner || (isMine(item) && isMine({ owner }))));
    const texts = about.flatMap((item) => Object.values(item.answers ?? item.event?.data ?? {}));
    const words = Object.values(record).filter((value) => typeof value === "string" && value.trim() && !texts.includes(value));
    return words.length ? [{ key, owner, words }] : [];
  });
}

/** How many things of others wait on this phone. */
export async function countOthers() {
  return [...(await all("outbox")), ...(await begunWords())].filter((item) => !isMine(item)).length;
}

/** Take off a shared phone what is its reader's or nobody's, and the pages they read; with `isKept` not what only it has. */
export async function clearReader(isKept) {
  const left = isKept ? (await begunWords()).map(({ key }) => key) : [];
  for (const shelf of isKept ? ["sent"] : SHELVES) await forget(shelf, (await all(shelf)).filter(isMine).map(({ id }) => id));
  await forget("drafts", (await all("drafts")).filter(({ owner }) => owner === NOBODY).map(({ id }) => id));
  const isTheirs = (key) => !key.startsWith("terrace-kept:") && key.split(":").some((owner) => owner === NOBODY || isMine({ owner }));
  for (const key of keysOf("terrace-")) if (key === "terrace-look" || (isTheirs(key) && !left.includes(key))) localStorage.removeItem(key);
  for (const name of (await self.caches?.keys()) ?? []) if (!name.startsWith("shell-")) await caches.delete(name);
}

/** Sign out by `form`, then `clear` what must not stay. False where nobody answered: then nothing was cleared. */
export async function leave(form, clear) {
  const giveUp = new AbortController();
  setTimeout(() => giveUp.abort(), PATIENCE_OF_LEAVING);
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), signal: giveUp.signal }).catch(() => null);
  if (!answer?.headers.has("X-Reference")) return false; // no signal, or not our server's
  if (answer.ok) {
    await clear();
    forgetReader();
    location.replace(answer.url);
  } else {
    HTMLFormElement.prototype.submit.call(form); // the page that comes says why
  }
  return true;
}

/** Whether something is to be decided, or to be told of others, before this reader leaves. */
async function hasToTell(isShared) {
  await count();
  return phone.waiting.length > 0 || (isShared && (phone.refused.length > 0 || (await all("outbox")).length > 0 || (await begunWords()).length > 0));
}

async function signOut(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const status = form.querySelector("[role=status]");
  const isShared = form.dataset.signOut === "shared";
  const known = phone.state;
  status.textContent = form.dataset.leaving;
  const isAnswered = await fetchState().then(() => true, () => false);
  if (phone.isSignedOut) phone.state = known; // the session ended by itself
  if (isAnswered && (await hasToTell(isShared))) location.href = `/${document.documentElement.lang}/waiting/?leaving`;
  else if (!isAnswered || !(await leave(form, async () => isShared && clearReader(false)))) status.textContent = form.dataset.noSignal;
}

for (const form of document.querySelectorAll("form[data-sign-out]")) form.addEventListener("submit", signOut);
