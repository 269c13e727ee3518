/* What a person types is kept on the phone as they type, and survives a closed tab, a dead battery and a lost session.
 *
 * Saved after a Chinese input method has finished a word, never in the middle of one. A form with `data-autosave` also
 * sends what was typed to the server, a few seconds after the last word and again when the signal is back.
 */

import { keysOf, read, write } from "./kept.js";

const words = document.getElementById("draft-script").dataset;
const form = document.querySelector("form[data-draft]");
const status = document.querySelector("[data-draft-status]");
const unkept = document.querySelector("[data-unkept]");
const PREFIX = "terrace-draft:";
const key = form && `${PREFIX}${form.dataset.draft}`;
const QUIET = 4000;
let timer = 0;

const readTyped = () => read(key, {});

/** Keep what is typed, or say that this phone cannot. */
function writeTyped(drafts) {
  const isEmpty = !Object.keys(drafts).length;
  const isKept = isEmpty || write(key, drafts);
  if (isEmpty) keysOf(key).forEach((name) => localStorage.removeItem(name));
  unkept.hidden = isKept;
  return isKept;
}

function say(sentence) {
  status.textContent = sentence;
  status.hidden = false;
}

const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const isWords = (field) => field.tagName === "TEXTAREA" || field.tagName === "SELECT" || field.type === "text";
const nameOf = (field) => (isTick(field) ? `${field.name}=${field.value}` : field.name);
const valueOf = (field) => (isTick(field) ? field.checked : field.value);
const kept = () => [...form.elements].filter((field) => field.name && (isTick(field) || isWords(field)));

/** Give back what this phone kept and the server does not have; forget what it has. */
function restore() {
  const drafts = readTyped();
  let isRestored = false;
  for (const field of kept()) {
    const name = nameOf(field);
    if (drafts[name] === undefined) continue;
    if (drafts[name] === valueOf(field)) delete drafts[name];
    else {
      if (isTick(field)) field.checked = drafts[name];
      else field.value = drafts[name];
      isRestored = true;
    }
  }
  writeTyped(drafts);
  if (isRestored) say(words.restored);
  return isRestored;
}

function keepTyped(event) {
  const field = event.target;
  if (event.isComposing || !(isTick(field) || isWords(field))) return;
  const drafts = readTyped();
  // A radio button that was let go says nothing by itself: keep all of its group.
  for (const one of field.type === "radio" ? form.elements[field.name] : [field]) drafts[nameOf(one)] = valueOf(one);
  if (writeTyped(drafts)) say(words.kept);
  else status.hidden = true;
  sendSoon();
}

function sendSoon() {
  if (!("autosave" in form.dataset)) return;
  clearTimeout(timer);
  timer = setTimeout(send, QUIET);
}

/** The server has this; what was typed meanwhile stays. */
function forgetSent(sent) {
  const drafts = readTyped();
  for (const name of Object.keys(sent)) if (drafts[name] === sent[name]) delete drafts[name];
  writeTyped(drafts);
  say(words.saved);
}

async function send() {
  const body = new FormData(form);
  const sent = readTyped();
  for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
  try {
    const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) forgetSent(sent);
    else if (answer.status === 401) say(words.signedOut);
    else if (answer.status === 409) say((await answer.json()).sentence);
  } catch {
    // No signal: it is on the phone, and goes when there is one.
  }
}

/** In the list: forget what lies with the editors, and show what only this phone has. */
function list() {
  for (const done of document.querySelectorAll("[data-draft-done]")) localStorage.removeItem(PREFIX + done.dataset.draftDone);
  if (!words.onlyHere) return;
  const mine = `${PREFIX}${words.reader}:`;
  for (const name of keysOf(mine)) {
    const uuid = name.slice(mine.length);
    if (document.querySelector(`[data-draft-known="${CSS.escape(uuid)}"]`)) continue;
    const link = document.createElement("a");
    link.className = "card card-link";
    link.href = `${words.address}${uuid}/`;
    link.textContent = `${read(name, {}).title || "…"} · ${words.onlyHere}`;
    document.querySelector("main").prepend(link);
  }
}

if (form) {
  if (restore()) sendSoon();
  form.addEventListener("input", keepTyped);
  form.addEventListener("compositionend", keepTyped);
  addEventListener("online", sendSoon);
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => input.files.length && form.querySelector("[value=save]").click());
  }
}
try {
  list();
} catch {
  // A browser without storage keeps nothing to list.
}
