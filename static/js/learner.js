/* A learner's pages on a phone: feedback at once, and every answer kept on the phone until the server has it.
 *
 * The pages work without this file: their forms post by themselves. What is done here is one immutable event each
 * (outbox.js), written down before the page says so.
 */

import { begun } from "./connection.js";
import { read, write } from "./kept.js";
import "./enter.js";
import { isSaving, whenNear } from "./near.js";
import { device, linkTo, onChange, page, phone, progressOf, record, whose } from "./outbox.js";

const questions = [...document.querySelectorAll("form[data-question]")];
const finish = document.querySelector("form[data-finish]");
const next = document.querySelector("a[rel=next]");
const GIVEN = "terrace-state:"; // so that answers go with all that is known of their reader (forgetReader)
const DOUBLE_TAP = 1000;
const LONG_ENOUGH = 3000; // for a script: then the form posts by itself
const NEAR = "800px 0px"; // about a screen ahead of the reader

/** Ways of answering other than by choosing, tries and the like: questions.js, fetched when such a question comes near. */
let more = {};
let isWhole = !page.more;
let fetching;
let last; // the answer that is being kept
const choosing = (form) => {
  const chosen = [...form.querySelectorAll("[name=option]:checked")].map((input) => input.value);
  return chosen.length ? { chosen } : (say(form, page.choose) ?? false);
};

/** Nothing is fetched ahead of a reader who may not stay: only once something is scrolled, tapped or typed. */
const touched = new Promise((go) => {
  for (const name of ["scroll", "pointerdown", "keydown"]) addEventListener(name, go);
});

/** The questions that count for finishing; those that were not drawn for this reader are hidden. */
const required = () => questions.filter((form) => "required" in form.dataset && !form.hidden);
const here = () => progressOf(page.lesson);
const isAnswered = (form) => here().answered.includes(form.dataset.question);

/** Keep a fact. What the phone cannot keep its form posts by itself; without a signal it says that nothing was kept. */
async function keepOrPost(form, verb, data) {
  form.querySelector("[role=alert]")?.remove();
  return (await record(verb, data)) || post(form);
}

function post(form) {
  if (navigator.onLine) HTMLFormElement.prototype.submit.call(form);
  else form.insertAdjacentHTML("beforeend", `<p class="notice notice-attention" role="alert">${page.unkept}</p>`);
}

/** Show what is said to the answer, and tell whether it was right. */
function reply(form, { chosen, told = chosen, isRight }) {
  const replies = [...form.querySelectorAll("[data-for]")];
  const right = replies.filter((item) => +item.dataset.right).map((item) => item.dataset.for);
  isRight ??= right.length === told.length && right.every((option) => told.includes(option));
  const isPartly = !isRight && form.dataset.type === "multiple_choice";
  for (const item of replies) item.hidden = !isPartly && !told.includes(item.dataset.for);
  form.querySelectorAll(".explanation").forEach((item) => (item.hidden = false));
  say(form, isPartly ? page.partly : "");
  more.judged?.(form, told, isRight);
}

function say(form, sentence) {
  const note = form.querySelector(".replies [data-note]");
  note.textContent = sentence;
  note.hidden = !sentence;
}

async function answer(event) {
  const form = event.currentTarget;
  const type = form.dataset.type;
  event.preventDefault();
  const isChoice = /choice|false/.test(type);
  if (!isChoice) await fetchMore();
  const given = isChoice ? choosing(form) : more.ways?.[type](form);
  if (given === undefined) post(form); // its script did not come
  if (!given) return;
  const said = JSON.stringify(given);
  if (form.last === said && Date.now() - form.at < DOUBLE_TAP) return;
  form.last = said;
  form.at = Date.now();
  write(`${GIVEN}${form.dataset.question}`, given);
  reply(form, given);
  last = isReader().then((yes) => yes && keepOrPost(form, "answered", { question: form.dataset.question, chosen: given.chosen, text: given.text }));
}

/** Whether this is somebody whose deeds are kept. What is done before that is known waits for it. */
const isReader = async () => whose() || (await begun, whose());

const fetchMore = () => (fetching ??= Promise.race([beginMore(), new Promise((go) => setTimeout(go, LONG_ENOUGH))]));

async function beginMore() {
  try {
    more = await import(page.more);
    more.begin({ keepOrPost, say, read, write, device, whose, lesson: page.lesson });
  } catch {
    more = {}; // no signal: such forms post by themselves
  }
  isWhole = true;
  show();
}

async function finishLesson(event) {
  event.preventDefault();
  if (!isWhole) await fetchMore();
  await last;
  if (here().done) return;
  const place = finish.querySelector("[data-finish-reply]");
  place.hidden = false;
  if (!(await isReader())) {
    linkTo(place, page.guestDone, `account/sign-in/?next=${location.pathname}`);
    return;
  }
  const open = required().filter((form) => !isAnswered(form));
  const sentence = open.length ? page.missing.replace("%n", open.length) : more.short?.(required(), open);
  if (sentence) {
    place.textContent = sentence;
    say(open[0], sentence);
    open[0].scrollIntoView({ block: "center" });
    return;
  }
  last = keepOrPost(finish, "finished");
}

/** Fetch the next lesson before it is asked for. A browser that does not know this does nothing. */
function warm() {
  document.head.insertAdjacentHTML("beforeend", `<link rel="prefetch" href="${next}">`);
}

/** Give back what was answered here before. */
function giveBack(form, given) {
  form.at = 1;
  [...form.querySelectorAll("[name=option],[data-to]")].forEach((field, place) => {
    if (field.options) field.value = given.chosen[place];
    else field.checked = given.chosen.includes(field.value);
  });
  if (form.text) form.text.value = given.text;
  reply(form, given);
}

/** Show what the reader's own state says. A question that came into a lesson after it was finished is marked as new. */
function show() {
  more.show?.(phone.state);
  for (const form of questions) {
    const before = !form.at && isAnswered(form) && !page.anew && read(`${GIVEN}${form.dataset.question}`);
    if (before) giveBack(form, before);
    const isNew = here().done && required().includes(form) && !isAnswered(form);
    const isUndrawn = !more.show && form.closest("[data-draw]"); // whether it is this reader's is not known yet
    if (!isNew || isUndrawn || form.querySelector(".chip")) continue;
    form.querySelector(".eyebrow").insertAdjacentHTML("afterbegin", `<span class="chip">${page.fresh}</span> `);
  }
  if (!finish || !here().done) return;
  const place = finish.querySelector("[data-finish-reply]");
  place.hidden = false;
  place.textContent = navigator.onLine ? page.done : page.doneOffline;
  finish.querySelector("button").hidden = true;
  finish.querySelector("[data-finish-note]").hidden = true;
}

touched.then(() => {
  if (page.more) whenNear(document.querySelectorAll(page.near), NEAR, fetchMore);
  if (finish && next && !isSaving()) whenNear([finish], NEAR, warm);
});
for (const form of questions) form.addEventListener("submit", answer);
finish?.addEventListener("submit", finishLesson);
onChange(show);
