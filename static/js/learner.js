/* A learner's pages on a phone: feedback at once, and every answer kept on the phone until the server has it.
 *
 * The pages work without this file: their forms post by themselves. What is done here is one immutable event each, with
 * an id made on the phone, so that sending it twice changes nothing. What waits is sent from every page of the learner,
 * a person's own only: another person on the same phone sends nothing of it.
 */

const words = document.getElementById("learner-script").dataset;
const { course = "", lesson = "", version = "" } = words;
const connection = document.querySelector("[data-connection]");
const questions = [...document.querySelectorAll("form[data-question]")];
const finish = document.querySelector("form[data-finish]");
const STATE = `terrace-state:${course}`;
const OUTBOX = "terrace-outbox:";
const REFUSED = "terrace-refused:";
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 300000;
const TIMEOUT = 20000;
const BATCH = 50;
const BATCH_WEIGHT = 16000; // characters, so that a batch of long texts still passes on a weak signal
const DOUBLE_TAP = 1000;

const NEAR = "800px 0px"; // about a screen ahead of the reader

/** Ways of answering other than by choosing, tries and the like: questions.js, fetched when such a question comes near. */
let more = {};
let isWhole = !words.more;
let fetching;
const choosing = (form) => {
  const chosen = [...form.querySelectorAll("[name=option]:checked")].map((input) => input.value);
  return chosen.length ? { chosen } : null;
};
const ways = { single_choice: choosing, multiple_choice: choosing, true_false: choosing };

const store = {
  read(key, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
};

const reader = document.querySelector("meta[name=terrace-reader]")?.content;

/** Forget whose ticks and tokens these were; what waits to be sent stays in its owner's outbox. */
function forgetReader() {
  for (const key of Object.keys(localStorage)) if (key.startsWith("terrace-state:")) localStorage.removeItem(key);
}

// Another person on this phone: nothing of theirs may go to the one before.
if (reader && store.read("terrace-reader", reader) !== reader) forgetReader();
if (reader) store.write("terrace-reader", reader);
for (const form of document.querySelectorAll("form[data-sign-out]")) form.addEventListener("submit", forgetReader);

let state = store.read(STATE, {});
let isSignedOut = false;
let isSending = false;
let wait = FIRST_WAIT;
let timer = 0;

const mine = () => state.enrolments ?? [];
const outbox = () => mine().flatMap((enrolment) => store.read(OUTBOX + enrolment, []));
const refused = () => mine().flatMap((enrolment) => store.read(REFUSED + enrolment, []));
/** The questions that count for finishing; those that were not drawn for this reader are hidden. */
const required = () => questions.filter((form) => "required" in form.dataset && !form.hidden);
const isAnswered = (form) => here().answered.includes(form.dataset.question);
const here = () => (state.lessons ??= {})[lesson] ?? (state.lessons[lesson] = { done: false, answered: [] });

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The device's own name, so that two phones of one person can be told apart. */
function device() {
  const known = store.read("terrace-device", "") || newId();
  store.write("terrace-device", known);
  return known;
}

/** Say in words how things stand. Outside a lesson it is silent when all is sent. */
function tell() {
  if (!connection) return;
  const waiting = outbox().length;
  const parts = [];
  if (!navigator.onLine) parts.push(words.offline);
  if (refused().length) parts.push(words.refused.replace("%n", refused().length));
  if (waiting) parts.push((isSignedOut ? words.signedOut : words.waiting).replace("%n", waiting));
  else if (lesson && (isSignedOut || !state.enrolment)) parts.push(words.guest);
  else if (lesson && !parts.length) parts.push(words.saved);
  connection.textContent = parts.join(" · ");
  connection.hidden = !parts.length;
  connection.classList.toggle("chip-straw", !navigator.onLine || waiting > 0 || isSignedOut);
}

/** Keep one event on the phone. Returns false when the phone cannot keep it: then the form must post by itself. */
function record(verb, data = {}) {
  const at = new Date().toISOString();
  const waiting = store.read(OUTBOX + state.enrolment, []);
  const event = {
    id: newId(), verb, object: lesson, enrolment: state.enrolment, at,
    content_version: version, data, seq: waiting.length, device: device(),
  };
  if (!store.write(OUTBOX + state.enrolment, [...waiting, event])) return false;
  store.write(STATE, state);
  tell();
  send();
  return true;
}

async function request(url, options = {}) {
  const giveUp = new AbortController();
  const clock = setTimeout(() => giveUp.abort(), TIMEOUT);
  try {
    const language = document.documentElement.lang;
    return await fetch(`${url}${url.includes("?") ? "&" : "?"}lang=${language}`, { ...options, signal: giveUp.signal, headers: { Accept: "application/json", ...options.headers } });
  } finally {
    clearTimeout(clock);
  }
}

/** Fetch the reader's own state; what this phone did meanwhile and has not sent yet stands. */
async function fetchState() {
  const answer = await request(`/api/state/${course && `?course=${course}&lesson=${lesson}`}`);
  if (!answer.ok) return;
  const fresh = await answer.json();
  isSignedOut = !fresh.signed_in;
  if (isSignedOut) {
    if (!outbox().length) state = {};
    return;
  }
  const before = fresh.enrolment && fresh.enrolment === state.enrolment ? here() : null;
  state = fresh;
  if (before && outbox().some((event) => event.object === lesson)) {
    here().answered = [...new Set([...here().answered, ...before.answered])];
    here().done ||= before.done;
  }
  store.write(STATE, state);
}

/** Send what waits, one batch at a time. A body that is not our JSON counts as not sent. */
async function send() {
  clearTimeout(timer);
  if (isSending || !outbox().length || !navigator.onLine) return;
  isSending = true;
  try {
    if (!state.csrf || isSignedOut) await fetchState();
    if (isSignedOut) return;
    let weight = 0;
    const batch = outbox().slice(0, BATCH)
      .filter((event, place) => (weight += JSON.stringify(event).length) < BATCH_WEIGHT || !place);
    const answer = await request("/api/events/", {
      method: "POST",
      keepalive: true, // goes on when the reader turns the page
      headers: { "Content-Type": "application/json", "X-CSRFToken": state.csrf },
      body: JSON.stringify({ sent_at: new Date().toISOString(), events: batch }),
    });
    if (answer.status === 401) isSignedOut = true;
    else if (answer.status === 403) state.csrf = "";
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    settle((await answer.json()).results);
    wait = FIRST_WAIT;
    if (batch.some((event) => event.verb === "voted")) await fetchState().then(show);
  } catch {
    wait = Math.min(wait * 2, LONGEST_WAIT);
  } finally {
    isSending = false;
    tell();
    if (outbox().length && !isSignedOut) timer = setTimeout(send, wait * (0.5 + Math.random()));
  }
}

/** Forget what the server has; keep what it refused, with the reason, and never send it again. */
function settle(results) {
  const byId = new Map(results.map((result) => [result.id, result]));
  const status = (event) => byId.get(event.id)?.status;
  for (const enrolment of mine()) {
    const waiting = store.read(OUTBOX + enrolment, []);
    const no = waiting.filter((event) => ["rejected", "conflict"].includes(status(event)));
    if (no.length) {
      const kept = no.map((event) => ({ ...event, why: byId.get(event.id).why }));
      store.write(REFUSED + enrolment, [...store.read(REFUSED + enrolment, []), ...kept]);
    }
    store.write(OUTBOX + enrolment, waiting.filter((event) => !status(event) || status(event) === "retry"));
  }
}

/** Show what is said to the answer, and tell whether it was right. */
function reply(form, { chosen, told = chosen, isRight }) {
  const replies = [...form.querySelectorAll("[data-for]")];
  const right = replies.filter((item) => item.dataset.right === "1").map((item) => item.dataset.for);
  isRight ??= right.length === told.length && right.every((option) => told.includes(option));
  const isPartly = !isRight && form.dataset.type === "multiple_choice";
  for (const item of replies) item.hidden = !isPartly && !told.includes(item.dataset.for);
  for (const item of form.querySelectorAll(".explanation")) item.hidden = false;
  say(form, isPartly ? words.partly : "");
  more.judged?.(form, told, isRight);
}

function say(form, sentence) {
  const place = form.querySelector(".replies");
  let note = place.querySelector("[data-note]");
  if (!note) {
    note = document.createElement("p");
    note.dataset.note = "";
    place.prepend(note);
  }
  note.textContent = sentence;
  note.hidden = !sentence;
}

function answer(event) {
  const form = event.currentTarget;
  const given = { ...ways, ...more.ways }[form.dataset.type]?.(form);
  if (given === undefined) return; // a way of answering whose script did not come: the form posts by itself
  if (!given) {
    event.preventDefault();
    if (given === null) say(form, words.choose);
    return;
  }
  const { chosen, text } = given;
  const said = JSON.stringify([chosen, text]);
  if (form.dataset.last === said && Date.now() - form.dataset.at < DOUBLE_TAP) {
    event.preventDefault();
    return;
  }
  form.dataset.last = said;
  form.dataset.at = Date.now();
  if (state.enrolment) {
    if (!isAnswered(form)) here().answered.push(form.dataset.question);
    if (!record("answered", { question: form.dataset.question, chosen, text })) return;
  }
  event.preventDefault();
  reply(form, given);
}

const fetchMore = () => (fetching ??= beginMore());

async function beginMore() {
  try {
    more = await import(words.more);
    more.begin({ record, say, store, device, lesson });
  } catch {
    more = {}; // no signal: such forms post by themselves
  }
  isWhole = true;
  show();
}

function finishLesson(event) {
  if (!isWhole) {
    event.preventDefault();
    fetchMore().then(() => finishLesson(event));
    return;
  }
  const place = finish.querySelector("[data-finish-reply]");
  place.hidden = false;
  if (!state.enrolment) {
    event.preventDefault();
    place.textContent = words.guestDone;
    return;
  }
  const open = required().filter((form) => !isAnswered(form));
  const [missing, sentence] = (!open.length && more.short?.(required())) || [open, words.missing.replace("%n", open.length)];
  if (missing.length) {
    event.preventDefault();
    place.textContent = sentence;
    say(missing[0], sentence);
    missing[0].scrollIntoView({ block: "center" });
    return;
  }
  here().done = true;
  if (!record("finished")) {
    finish.submit();
    return;
  }
  event.preventDefault();
  show();
}

/** Show what the reader's own state says. A question that came into a lesson after it was finished is marked as new. */
function show() {
  more.show?.(state);
  for (const form of questions) {
    const isNew = here().done && required().includes(form) && !isAnswered(form);
    const isUndrawn = !more.show && form.closest("[data-draw]"); // whether it is this reader's is not known yet
    if (!isNew || isUndrawn || form.querySelector(".chip")) continue;
    form.querySelector(".eyebrow").insertAdjacentHTML("afterbegin", `<span class="chip">${words.fresh}</span> `);
  }
  if (!finish || !here().done) return;
  const place = finish.querySelector("[data-finish-reply]");
  place.hidden = false;
  place.textContent = navigator.onLine ? words.done : words.doneOffline;
  finish.querySelector("button").hidden = true;
  finish.querySelector("[data-finish-note]").hidden = true;
}

const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && fetchMore(), { rootMargin: NEAR });
if (words.more) for (const one of document.querySelectorAll(words.near)) watch.observe(one);
for (const form of questions) form.addEventListener("submit", answer);
finish?.addEventListener("submit", finishLesson);
addEventListener("online", () => { tell(); send(); });
addEventListener("offline", tell);
addEventListener("focus", send);
document.addEventListener("visibilitychange", () => document.hidden || send());

/** Whether anything waits on this phone, whoever it belongs to: without it, a page that is no lesson asks nothing. */
function hasOutbox() {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(OUTBOX) && localStorage[key] !== "[]");
  } catch {
    return false;
  }
}

if (lesson || hasOutbox()) {
  fetchState()
    .catch(() => {})
    .finally(() => {
      show();
      tell();
      send();
    });
}
