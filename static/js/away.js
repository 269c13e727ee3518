/* The offline page, which stands for one that cannot be reached: what waits to be sent, what this phone can go on with,
 * and, when there is a signal again, the way to the page that was asked for.
 *
 * It does not go there by itself: where a signal comes and goes, that would take back a tap on a lesson.
 */

import "./learner.js";
import { kindOf, momentOf } from "./kinds.js";
import { onChange, phone } from "./outbox.js";
import { shelved, sized } from "./shelf.js";

const MOST_SHOWN = 5;
const MOST_OPEN = 2; // modules; of more only the first is unfolded
const SOON = 5000; // ms until the site is asked whether it can be reached
const SELDOM = 300000;
const ANSWERED_WITHIN = 10000;
const offline = document.querySelector("[data-going-on]").dataset;
const heading = document.querySelector("h1");
const back = document.querySelector("[data-signal]");
const again = document.querySelector("[data-again]");
const ITSELF = `/${document.documentElement.lang}/offline/`;
const LIGHT = `/${document.documentElement.lang}/manifest.webmanifest`; // half a kilobyte
const lost = heading.textContent;
let rest = SOON;
let looking = 0;

// --- what waits ------------------------------------------------------------------------------------------------------

/** What this phone's reader did and the server does not have; nobody else's. */
async function showWaiting() {
  const waits = document.querySelector("section[data-waiting]");
  const told = waits.querySelector("[data-count]");
  const way = waits.querySelector("[data-all]");
  const things = [...phone.waiting].reverse();
  told.textContent = told.dataset.count.replace("%n", things.length);
  waits.querySelector("[data-things]").replaceChildren(...things.slice(0, MOST_SHOWN).map((item) => {
    const line = document.createElement("li");
    line.className = "step";
    const words = line.appendChild(Object.assign(document.createElement("p"), { className: "grow", textContent: item.title }));
    const kind = Object.assign(document.createElement("span"), { className: "meta", textContent: `${kindOf(item, waits.dataset)} · ${momentOf(item)}` });
    words.append(document.createElement("br"), kind);
    return line;
  }));
  waits.hidden = !things.length;
  way.hidden = !navigator.onLine && !(await self.caches?.match(way.href, { ignoreVary: true }));
}

// --- what can be gone on with ----------------------------------------------------------------------------------------

const documentOf = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

function stepTo(url, title) {
  const link = Object.assign(document.createElement("a"), { className: "step", href: url });
  link.append(Object.assign(document.createElement("span"), { className: "grow", textContent: title }));
  return link;
}

/** A module that was taken along: its steps as its own page lists them. */
async function takenAlong({ title, url, bytes, cache }) {
  const kept = await caches.match(url, { cacheName: cache, ignoreVary: true });
  const steps = kept ? [...(await documentOf(kept)).querySelectorAll("ol.list a.step")] : [];
  return { title, note: offline.taken.replace("%s", sized(bytes)), steps: steps.length ? steps.map((step) => document.importNode(step, true)) : [stepTo(url, title)] };
}

/** What was opened and kept, newest first: lessons under their modules, and the empty forms of assignments. */
async function opened(known) {
  const visited = await caches.open("visited");
  const groups = new Map();
  for (const request of (await visited.keys()).reverse()) {
    const path = new URL(request.url).pathname;
    const url = path.replace(/sheet\/$/, "");
    const answer = await visited.match(request, { ignoreVary: true });
    const isLesson = answer.headers.get("X-Keep") === "lesson";
    if (known.has(url) || (!isLesson && url === path)) continue;
    known.add(url);
    const page = await documentOf(answer);
    const title = isLesson ? page.querySelector(".crumb a")?.textContent : offline.assignments;
    if (!groups.has(title)) groups.set(title, { title, note: "", steps: [] });
    groups.get(title).steps.push(stepTo(url, page.querySelector("h1").textContent));
  }
  return [...groups.values()];
}

/** A module with its lessons; its heading unfolds them. */
function folded({ title, note, steps }, isOpen) {
  const fold = Object.assign(document.createElement("details"), { open: isOpen });
  const summary = fold.appendChild(document.createElement("summary"));
  summary.append(Object.assign(document.createElement("strong"), { textContent: title }), Object.assign(document.createElement("span"), { className: "mark", textContent: note }));
  const list = fold.appendChild(Object.assign(document.createElement("ol"), { className: "list" }));
  list.append(...steps.map((step) => {
    const line = document.createElement("li");
    line.append(step);
    return line;
  }));
  return fold;
}

async function showKept() {
  if (!self.caches) return;
  const modules = await Promise.all((await shelved()).map(takenAlong));
  const known = new Set(modules.flatMap(({ steps }) => steps.map((step) => step.pathname)));
  const groups = [...modules, ...(await opened(known))];
  document.querySelector("[data-kept]").replaceChildren(...groups.map((group, place) => folded(group, !place || groups.length <= MOST_OPEN)));
  document.querySelector("[data-none]").hidden = groups.length > 0;
}

// --- when there is a signal again ------------------------------------------------------------------------------------

/** Whether the site itself answers: a portal's page has no reference of ours. */
async function isReached() {
  const giveUp = new AbortController();
  const clock = setTimeout(() => giveUp.abort(), ANSWERED_WITHIN);
  try {
    const answer = await fetch(LIGHT, { cache: "no-store", signal: giveUp.signal });
    return answer.ok && answer.headers.has("X-Reference");
  } catch {
    return false;
  } finally {
    clearTimeout(clock);
  }
}

function tellSignal(isBack) {
  if (isBack === !back.hidden) return;
  back.hidden = !isBack;
  back.textContent = isBack ? offline.returned : "";
  heading.textContent = isBack ? offline.there : lost;
  document.querySelector(".head-note").hidden = isBack;
  again.textContent = isBack ? offline.open : offline.again;
  again.hidden = isBack && location.pathname === ITSELF; // no other page was asked for
}

async function lookForSignal() {
  clearTimeout(looking);
  const isBack = navigator.onLine && (await isReached());
  tellSignal(isBack);
  clearTimeout(looking);
  if (!isBack) looking = setTimeout(lookForSignal, (rest = Math.min(rest * 2, SELDOM)));
}

onChange(() => { showWaiting().catch(() => {}); });
showKept().catch(() => {});
looking = setTimeout(lookForSignal, rest);
for (const name of ["online", "offline", "focus"]) addEventListener(name, lookForSignal);
