/* Writing a report on a phone: words kept as they are typed, photos made small, voice notes, handing in without a signal.
 *
 * All of it goes into the outbox and is sent when there is a signal, in the order in which it was done. The form works
 * without this file, and takes over where the phone can keep nothing.
 */

import "./learner.js";
import { begun } from "./connection.js";
import { digestOf } from "./digest.js";
import { all, forget, keep, newId, read, write } from "./kept.js";
import { add, count, linkTo, onChange, page, phone } from "./outbox.js";
import { shrink } from "./photos.js";
import { endNotes, offerVoice } from "./voice.js";

const QUIET = 3000; // ms after the last word
const LARGEST_FILE = 8000000; // bytes: what the server takes of a photo that this browser cannot open
const report = document.querySelector("form[data-report]");
const note = document.querySelector("[data-draft-status]");
const said = report.querySelector("[data-said]");
const head = document.querySelector(".head-note");
const headWords = [...head.childNodes];
const fields = [...report.querySelectorAll("textarea[name^=answer-]")];
const promptOf = (field) => field.name.slice("answer-".length);
const key = report.dataset.report;
let quiet = 0;
let before = []; // what this phone had sent, and what had been refused, when the page was opened
let pressed = null; // the button that was pressed last: not every browser tells it with the event
let written = { words: {} }; // what is typed here and not sent yet, and the report as the server had it last

const NOBODY = "nobody"; // writes where this phone does not know yet who learns here
const owner = () => report.dataset.owner || phone.state.enrolment || NOBODY;
const recordId = () => `${owner()}:${key}`;
const localKey = () => `terrace-words:${recordId()}`;
const mineOf = (kind) => phone.waiting.filter((item) => item.kind === kind && item.key === key);

function tellDraft(sentence) {
  note.textContent = sentence;
  note.hidden = !sentence;
}

/** Say what became of the report: beside the question that it is about, else above the buttons. */
function tellReport(sentence, { isGood = false, question } = {}) {
  if (question) question.append(said);
  else report.querySelector("button[value=submit]").parentNode.before(said);
  said.textContent = sentence;
  said.hidden = !sentence;
  said.classList.toggle("notice-good", isGood);
  said.classList.toggle("notice-attention", !isGood);
}

/** Write down what is typed: into localStorage at once, for a tab that closes now, and into the database. */
function saveRecord() {
  const isHere = write(localKey(), written.words);
  return keep("drafts", { ...written, id: recordId(), owner: owner(), seq: 0 }).then((isKept) => isKept || isHere);
}

/** Show what this phone has kept and the server does not have. */
async function restore() {
  const kept = (await all("drafts")).find(({ id }) => id === recordId());
  const stated = JSON.parse(report.dataset.server || "null");
  const isAhead = !stated || kept?.server?.revision > stated.revision; // the draft arrived while this page was on its way
  const server = isAhead ? (kept?.server ?? stated) : stated;
  written = { words: { ...kept?.words, ...written.words }, server };
  for (const field of fields) {
    const name = promptOf(field);
    if (!field.value || (isAhead && field.value === stated?.answers[name])) field.value = server?.answers[name] ?? "";
  }
  showWords();
  await saveRecord();
}

function showWords() {
  for (const field of fields) {
    const words = written.words[promptOf(field)];
    if (words === undefined || words === field.value) continue;
    field.value = words;
    tellDraft(report.dataset.restored);
  }
}

async function keepWords(event) {
  const field = event.target;
  if (event.isComposing || !fields.includes(field)) return;
  written.words[promptOf(field)] = field.value;
  clearTimeout(quiet);
  quiet = setTimeout(sendWords, QUIET);
  if (await saveRecord()) tellDraft(report.dataset.kept);
  else tellReport(report.dataset.unkept);
}

/** Put what was typed into the outbox, in the place of what waited there before. */
async function sendWords() {
  clearTimeout(quiet);
  if (owner() === NOBODY || !Object.keys(written.words).length) return true;
  const before = mineOf("draft").map(({ id }) => id);
  const isKept = await add({ owner: owner(), kind: "draft", key, answers: { ...written.words }, base: written.server?.revision });
  if (isKept) await forget("outbox", before);
  return isKept;
}

/** Keep a photo or voice note for sending; false where this phone cannot. */
async function addFile(prompt, blob, name, seconds) {
  if (!self.crypto?.subtle) return false;
  const file = { id: newId(), owner: owner(), seq: Date.now(), key, prompt, name, blob, seconds };
  if (!(await keep("files", file))) return false;
  const sha256 = await digestOf(await blob.arrayBuffer());
  const isKept = await add({ id: file.id, owner: file.owner, kind: "file", key, prompt, name, type: blob.type, bytes: blob.size, sha256 });
  if (isKept) showFile(file);
  else await forget("files", [file.id]);
  return isKept;
}

/** Let the form post by itself, as if `action` was pressed; without a signal say where the words are. */
function postForm(action) {
  if (!navigator.onLine) {
    tellReport(report.dataset.unkept);
    return;
  }
  report.append(Object.assign(document.createElement("input"), { type: "hidden", name: "action", value: action }));
  HTMLFormElement.prototype.submit.call(report);
}

async function choosePhotos(event) {
  const input = event.target;
  const files = [...input.files];
  tellReport("");
  for (const chosen of files) {
    const small = await shrink(chosen);
    if (!small || small.size > LARGEST_FILE) {
      tellReport(report.dataset.tooLarge.replace("%s", chosen.name));
    } else if (!(await addFile(input.name.slice("photos-".length), small, chosen.name))) {
      if (navigator.onLine && chosen === files[0]) return postForm("save"); // the server's own form takes photos too
      tellUnkept(chosen.name);
      break;
    }
  }
  input.value = "";
}

function askToSignIn() {
  said.hidden = false;
  linkTo(said, report.dataset.signedOut, `account/sign-in/?next=${location.pathname}`);
}

function tellUnkept(name) {
  tellReport(report.dataset.fileUnkept.replace("%s", name));
}

/** Show a file that is on this phone only, beside those that have arrived. */
function showFile({ id, prompt, blob, seconds }) {
  if (report.querySelector(`[data-file="${id}"]`)) return;
  const isPhoto = blob.type.startsWith("image/");
  const place = report.querySelector(`[data-files="${prompt}"]`);
  const item = report.querySelector("template[data-file-row]").content.firstElementChild.cloneNode(true);
  const shown = Object.assign(document.createElement(isPhoto ? "img" : "audio"), { src: URL.createObjectURL(blob), controls: true, alt: "" });
  item.dataset.file = id;
  item.prepend(shown);
  if (!isPhoto) item.className = "card-row";
  const length = seconds === undefined ? "" : `${report.dataset.length.replace("%n", seconds)} · `;
  item.querySelector("[data-size]").textContent = `${length}${Math.ceil(blob.size / 1000)} kB`;
  item.querySelector("button").addEventListener("click", () => removeFile(id, item));
  place.prepend(item);
}

async function removeFile(id, item) {
  const isOnlyHere = phone.waiting.some((waiting) => waiting.id === id);
  await forget("outbox", [id]); // first: what waits without its file would be refused
  await forget("files", [id]);
  if (!isOnlyHere || navigator.onLine) await add({ owner: owner(), kind: "removal", key, file: id });
  else count();
  item.remove();
}

/** Where nobody is known, words are kept for whoever signs in; photos and handing in wait until then. */
function tellUnknown() {
  report.querySelector("[data-unknown]").hidden = false;
  for (const place of report.querySelectorAll("[data-voice], .photo-add")) place.hidden = true;
}

/** Offer words that were written here before it was known whose they are: they may be somebody else's, and on a shared
 * phone they most likely are. There they are shown to nobody, and go when somebody signs out (leaving.js).
 */
function offerFound() {
  if (phone.state.shared) return;
  const place = report.querySelector("[data-found]");
  const id = `${NOBODY}:${key}`;
  const words = read(`terrace-words:${id}`, {});
  const wordsOf = (field) => (words[promptOf(field)] ?? "").trim();
  const named = fields.filter((field) => wordsOf(field) && !field.value.includes(wordsOf(field)));
  const settle = () => {
    write(`terrace-words:${id}`, {});
    forget("drafts", [id]);
    place.hidden = true;
  };
  if (!named.length) return settle();
  place.querySelector("[data-words]").replaceChildren(...named.map((field) => Object.assign(document.createElement("p"), { textContent: wordsOf(field) })));
  place.querySelector("[data-use]").addEventListener("click", async () => {
    for (const field of named) {
      field.value = [field.value.trim(), wordsOf(field)].filter(Boolean).join("\n\n");
      written.words[promptOf(field)] = field.value;
    }
    if (await saveRecord()) settle();
    sendWords();
  });
  place.querySelector("[data-discard]").addEventListener("click", settle);
  place.hidden = false;
}

/** Beside the button that hands in, where this file does it: without a signal it is kept and goes by itself. */
function tellHowItGoes() {
  document.getElementById("goes").hidden = false;
  report.querySelector("button[value=submit]").setAttribute("aria-describedby", "goes");
}

/** Keep what is written where nobody is known; with a signal, lead to the sign-in. */
async function submitUnknown(deed) {
  if (!(await saveRecord())) postForm(deed);
  else if (navigator.onLine) location.href = report.dataset.address;
  else tellDraft(report.dataset.kept);
}

/** The first required question without an answer, or nothing. */
function unanswered() {
  const isFilled = (box) => box.querySelector("textarea")?.value.trim() || box.querySelector("[data-file], [name=remove]");
  return [...report.querySelectorAll("[data-required]")].find((box) => !isFilled(box));
}

async function handIn() {
  const open = unanswered();
  if (open) {
    tellReport(report.dataset.unanswered, { question: open });
    open.querySelector("textarea, input").focus();
    return true;
  }
  const answers = Object.fromEntries(fields.map((field) => [promptOf(field), field.value]));
  const files = mineOf("file").map(({ id }) => id);
  const id = report.attempt.value || newId();
  const isKept = await add({ id, owner: owner(), kind: "handin", key, answers, files, base: written.server?.revision });
  if (!isKept) return false;
  await forget("refused", [id]); // the same report, handed in again after what was missing came
  clearTimeout(quiet);
  written.words = {}; // they travel with the report now
  await saveRecord();
  await forget("outbox", mineOf("draft").map(({ id }) => id));
  return true;
}

async function submitReport(event) {
  const deed = pressed?.value ?? "save";
  const isUnknown = owner() === NOBODY;
  if (pressed?.name === "remove" || (!isUnknown && !phone.state.enrolment)) return; // the server's form does it
  event.preventDefault();
  await endNotes();
  if (isUnknown) return submitUnknown(deed);
  const isDone = deed === "submit" ? await handIn() : await sendWords();
  if (!isDone) postForm(deed);
  else if (deed === "save" && mineOf("draft").length) tellDraft(report.dataset.kept); // else it has arrived by now
}

/** In the page's head stands what is true now: what waits was handed in, and nothing more can be written. */
function tellHead(waits) {
  if (waits) tellDraft("");
  head.replaceChildren(...(waits ? [report.dataset.waits] : headWords));
}

/** Say how the report stands: what arrived is forgotten here, what waits is said, what was refused is said with why. */
async function showReport() {
  const sent = (await all("sent")).filter((item) => item.key === key && !before.includes(item.id));
  for (const item of sent) {
    for (const prompt of Object.keys(item.answers ?? {})) if (written.words[prompt] === item.answers[prompt]) delete written.words[prompt];
    if (item.kind === "draft") written.server = { answers: item.server, revision: item.revision };
  }
  if (sent.length) saveRecord();
  for (const item of sent) report.querySelector(`[data-file="${item.id}"] [data-where]`)?.replaceChildren(report.dataset.saved);
  if (sent.some(({ kind }) => kind === "handin")) {
    location.href = report.dataset.address;
    return;
  }
  const waits = mineOf("handin").length > 0;
  const refused = phone.refused.filter((item) => item.key === key && !before.includes(item.id));
  for (const item of refused.filter(({ kind }) => kind === "file")) {
    report.querySelector(`[data-file="${item.id}"]`)?.remove();
    forget("files", [item.id]);
  }
  tellHead(waits);
  const met = sent.find(({ code }) => code === "both_changed");
  for (const control of report.querySelectorAll("textarea, input, button")) control.disabled = waits;
  if (waits && phone.isSignedOut) askToSignIn();
  else if (waits) tellReport(navigator.onLine ? report.dataset.sending : report.dataset.handedIn, { isGood: true });
  else if (refused.length) tellReport([refused[0].name, refused[0].why].filter(Boolean).join(": "));
  else if (met) tellReport(met.why);
  if (!mineOf("draft").length && sent.some(({ kind }) => kind === "draft")) tellDraft(report.dataset.saved);
}

/** A report with somebody's words in it came from the server for them: that holds also where it does not answer again. */
function knowOwner() {
  const enrolment = report.dataset.owner;
  if (enrolment && phone.state.enrolment !== enrolment) Object.assign(phone.state, { enrolment, enrolments: [enrolment], csrf: "" });
}

async function beginReport() {
  knowOwner();
  const isKnown = owner() !== NOBODY;
  if (isKnown) written.words = read(localKey(), {});
  showWords();
  await begun;
  if (owner() === NOBODY) {
    written.words = { ...read(localKey(), {}), ...written.words };
    showWords();
    return tellUnknown();
  }
  if (!phone.state.enrolment) return;
  tellHowItGoes();
  await count();
  before = [...(await all("sent")), ...phone.refused].map(({ id }) => id);
  await restore();
  offerFound();
  (await all("files")).filter((file) => file.key === key && file.owner === phone.state.enrolment).forEach(showFile);
  if (Object.keys(written.words).length) sendWords();
  onChange(showReport);
  showReport();
  self.caches?.open("visited").then((visited) => visited.add(`${report.dataset.address}sheet/`)).catch(() => {}); // opens without a signal
  import(page.carry).catch(() => {}); // it is here when there is something to carry, also after a new build took its place
}

report.addEventListener("input", keepWords);
report.addEventListener("compositionend", keepWords);
report.addEventListener("click", ({ target }) => { pressed = target.closest("button") ?? pressed; }, true);
report.addEventListener("submit", submitReport);
for (const input of report.querySelectorAll("input[type=file]")) input.addEventListener("change", choosePhotos);
for (const place of report.querySelectorAll("[data-voice]")) offerVoice(place, report.dataset, (blob, name, seconds) => addFile(place.dataset.voice, blob, name, seconds));
addEventListener("pagehide", sendWords);
beginReport();
