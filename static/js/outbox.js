/* What was done on this phone and waits for the server: kept, counted, sent, and told.
 *
 * Every thing has an id made on the phone, so sending it twice changes nothing. It is sent from every page of the reader,
 * by one tab at a time, and only to whom it belongs: another person on the same phone sends nothing of it and sees
 * nothing of it. Any answer that is not our JSON (a portal's page, a proxy's fault) counts as not sent.
 */

import { all, forget, keep, keysOf, newId, read, transact, write } from "./kept.js";

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 200000; // and up to half of it more
const TIMEOUT = 20000;
const SECONDS = 2000; // ms: a header tells whole seconds, and was on its way for some
const LEASE = 60000; // longer than one request takes
const MINE = "terrace-state:mine"; // the enrolments of this phone's reader, whatever course a page is about
const READER = "terrace-state:reader";
const TOKEN = "terrace-state:token"; // the site's cookie when it was learnt who that is
const BATCH_WEIGHT = 16000; // bytes, so that a batch of long texts still passes on a weak signal

/** The page's words and what it is about: `course`, `lesson`, `version`. */
export const page = document.getElementById("learner-script").dataset;

/** The site's own cookie, a new one whenever somebody signs in; nothing where it was lost. */
const token = () => /csrftoken=(\w+)/.exec(document.cookie)?.[1];

// Somebody signed in since: what this phone knew of the one before is not theirs.
if (token() && read(TOKEN, "") !== token()) forgetReader();

/** What this phone knows of its reader and of what waits. */
export const phone = {
  token: token(),
  state: { enrolments: read(MINE, []), ...read(stateKey(), {}) },
  isSignedOut: false,
  waiting: [],
  refused: [],
};

const listeners = [];
const done = []; // what was done on this page, for an answer of the server that was on its way meanwhile
let most = 50; // events in a batch
let pause = FIRST_WAIT;
let off = 0; // ms between the server's clock and this phone's; rather too late than too early
let timer = 0;

function stateKey() {
  return `terrace-state:${page.course ?? ""}`;
}

export function saveState() {
  write(stateKey(), phone.state);
}

/** Call `listener` whenever what waits may have changed. */
export function onChange(listener) {
  listeners.push(listener);
}

/** The device's own name, so that two phones of one person can be told apart. */
export function device() {
  const known = read("terrace-device", "") || newId();
  write("terrace-device", known);
  return known;
}

/** Make `place` one link to a screen of the reader's language, or to this one, anew. */
export function linkTo(place, words, path) {
  place.innerHTML = `<a href="${path ? `/${document.documentElement.lang}/${path}` : location.pathname}">${words}</a>`;
}

/** Forget whose ticks and tokens these were; what waits to be sent stays in its owner's outbox. */
export function forgetReader() {
  for (const key of keysOf("terrace-state:")) localStorage.removeItem(key);
}

/** Another person on this phone: nothing of theirs may go to the one before. */
export function meet(reader) {
  if (read(READER, reader) !== reader) {
    forgetReader();
    phone.state = {};
  }
  write(READER, reader);
  write(TOKEN, phone.token = token());
}

/** To whom a fact about this course belongs: an enrolment; the reader, while the server has not told yet; else nobody. */
export function whose() {
  return phone.state.enrolment ?? (phone.isSignedOut || phone.state.signed_in ? null : read(READER));
}

/** Whether a thing on a shelf is this reader's. */
export function isMine(item) {
  return item.owner === read(READER, 0) || phone.state.enrolments?.includes(item.owner);
}

/** What the reader did in a lesson, as this phone knows it. */
export function progressOf(lesson) {
  return ((phone.state.lessons ??= {})[lesson] ??= { done: false, answered: [] });
}

function tick({ verb, object, data }) {
  const progress = progressOf(object);
  if (verb === "finished") progress.done = true;
  if (verb === "answered" && !progress.answered.includes(data.question)) progress.answered.push(data.question);
}

/** Read anew what waits and what was refused, of this reader only. */
export async function count() {
  phone.waiting = (await all("outbox")).filter(isMine);
  phone.refused = (await all("refused")).filter(isMine);
  for (const { event } of phone.waiting) if (event) tick(event);
  for (const listener of listeners) listener();
}

/** Keep one thing until it is sent; false where this phone cannot keep it. */
export async function add(item) {
  const seq = Math.max(read("terrace-seq", 0), ...phone.waiting.map(({ seq }) => seq)) + 1; // a killed browser forgets the number
  write("terrace-seq", seq);
  const whole = { id: newId(), owner: phone.state.enrolment, at: new Date().toISOString(), seq, title: document.querySelector("h1").textContent, ...item };
  const isKept = await keep("outbox", whole);
  if (isKept) {
    await count();
    send();
  }
  return isKept;
}

/** Keep one fact about a lesson. */
export async function record(verb, data = {}) {
  const event = { verb, object: page.lesson, content_version: page.version, data };
  const isKept = await add({ owner: whose(), event });
  if (isKept) done.push(event);
  saveState();
  return isKept;
}

/** Fetch with a time-out, in the reader's language; raises what was answered when it was no success. */
export async function request(url, options = {}) {
  const giveUp = new AbortController();
  const clock = setTimeout(() => giveUp.abort(), TIMEOUT);
  try {
    const address = `${url}${url.includes("?") ? "&" : "?"}lang=${document.documentElement.lang}`;
    const headers = { "X-CSRFToken": phone.state.csrf ?? "", ...options.headers };
    const answer = await fetch(address, { ...options, headers, signal: giveUp.signal });
    if (answer.status === 401) phone.isSignedOut = true;
    if (answer.status === 403) phone.state.csrf = "";
    if (!answer.ok || !answer.headers.has("X-Reference")) throw answer; // else it is a portal's, not our server's
    off = Date.parse(answer.headers.get("Date")) + SECONDS - Date.now() || 0;
    return await answer.json();
  } finally {
    clearTimeout(clock);
  }
}

/** Fetch the reader's own state; what this phone did and has not sent yet stands. */
export async function fetchState() {
  const fresh = await request(`/api/state/?${page.course ? `course=${page.course}${page.lesson ? `&lesson=${page.lesson}&edition=${page.edition}` : ""}` : ""}`);
  phone.isSignedOut = !fresh.signed_in;
  phone.newer = fresh.newer;
  if (phone.isSignedOut) {
    if (!phone.waiting.length) phone.state = {};
    return;
  }
  meet(fresh.reader);
  write(MINE, fresh.enrolments);
  const known = fresh.enrolment === phone.state.enrolment && phone.state.lessons; // a lesson is told its own ticks only
  await adopt({ ...fresh, off, lessons: { ...known, ...fresh.lessons } });
  saveState();
}

/** Take over what the server or another tab knows of the reader. */
function adopt(state) {
  const isSame = state.enrolment === phone.state.enrolment;
  phone.state = state;
  if (isSame) done.forEach(tick);
  return count();
}

/** Send what waits, all that this page can, unless another tab is at it; wait longer each time that something is left. */
export async function send() {
  if (!navigator.onLine) return;
  const left = await alone(sendAll).catch((fault) => fault.headers?.get("Retry-After") * 1000 || true);
  await count();
  if (left !== false && phone.waiting.length && !phone.isSignedOut) {
    clearTimeout(timer); // else it stands: what was added while this run ended waits for it
    timer = setTimeout(send, Math.max(left ? pause : FIRST_WAIT, left || 0) * (1 + Math.random() / 2));
  }
  pause = left ? Math.min(pause * 2, LONGEST_WAIT) : FIRST_WAIT;
}

async function alone(work) {
  if (navigator.locks) return navigator.locks.request("terrace-outbox", { ifAvailable: true }, (lock) => lock && work());
  if (Math.abs(Date.now() - read("terrace-lease", 0)) < LEASE) return; // however far the clock was moved since
  write("terrace-lease", Date.now());
  try {
    await work();
  } finally {
    write("terrace-lease", 0);
  }
}

/** Whether the server knows whose this is. */
const isKnown = () => !phone.isSignedOut && phone.state.csrf;

/** Send until nothing is left that was not tried; whether the server shall be asked again for some of it. */
async function sendAll() {
  const tried = new Set(); // once a run: what comes back, or cannot be forgotten, waits for the next
  for (;;) {
    await count();
    const waiting = phone.waiting.filter((item) => !tried.has(item.id) && (item.event || page.carry));
    if (!waiting.length) return phone.waiting.some(({ id }) => tried.has(id));
    if (!isKnown()) {
      await fetchState();
      if (!isKnown()) return;
      continue; // of another reader nothing of this is sent
    }
    const events = waiting.filter((item) => item.event);
    const results = events.length ? await sendEvents(events) : [await carryOne(waiting[0])];
    if (!results.length) return true;
    results.forEach(({ id }) => tried.add(id));
    await settle(results);
  }
}

/** Return text as a packed blob, a third of it or less; as it is where the browser cannot pack. */
async function pack(text) {
  return self.CompressionStream ? new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).blob() : text;
}

async function sendEvents(events) {
  let weight = 0;
  const batch = events.slice(0, most).map(({ id, owner, at, seq, event }) => ({ ...event, id, enrolment: owner, at, seq, device: device() }))
    .filter((event, place) => (weight += new Blob([JSON.stringify(event)]).size) < BATCH_WEIGHT || !place);
  const packed = await pack(JSON.stringify({ sent_at: new Date().toISOString(), events: batch }));
  try {
    const answer = await request("/api/events/", {
      method: "POST",
      keepalive: true, // goes on when the reader turns the page
      headers: { "Content-Type": "application/json", ...(packed.size && { "Content-Encoding": "gzip" }) },
      body: packed,
    });
    if (batch.some(({ verb }) => verb === "voted")) await fetchState();
    return answer.results;
  } catch (fault) {
    if (fault.status !== 413 || !batch[1]) throw fault;
    most = Math.ceil(batch.length / 2);
    return sendEvents(events);
  }
}

/** Work that is handed in travels by a script of its own, fetched when such a thing waits. */
async function carryOne(item) {
  // The one that the page has fetched already, also after a new build took its place. A browser never asks again for a
  // script that it could not fetch once; under another address it does.
  return (await import(page.carry).catch(() => import(page.carry += "?"))).carry(item, { all, device, forget, request, transact });
}

/** Forget what the server has; keep what it refused, with the reason, and never send it again. */
async function settle(results) {
  const answered = phone.waiting.flatMap((item) => {
    const result = results.find(({ id }) => id === item.id);
    return result && result.status !== "retry" ? [{ ...item, ...result, told: new Date().toISOString() }] : [];
  });
  const refused = answered.filter(({ status }) => /rejected|conflict/.test(status));
  const taken = answered.filter((item) => !refused.includes(item));
  await keep("sent", ...taken);
  const gone = (await keep("refused", ...refused)) ? answered : taken;
  await forget("outbox", gone.map(({ id }) => id));
}

/** This page is in front again: somebody else may have signed in meanwhile, and nothing it shows may become theirs. */
function comeBack() {
  if (token() === phone.token) send();
  else location.reload();
}

for (const name of ["online", "focus", "pageshow", "visibilitychange"]) addEventListener(name, comeBack);
addEventListener("storage", ({ key }) => key === stateKey() && adopt(read(key, {}))); // another tab
