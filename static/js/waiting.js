/* The page of what waits: what is on this phone only, what was sent, what was not accepted and why.
 *
 * The page is the same for everybody; everything on it comes from the phone. Before signing out with things unsent it
 * offers to send them, to keep them, to save them to a file, or to discard them.
 */

import "./learner.js";
import { all, forget } from "./kept.js";
import { kindOf, momentOf } from "./kinds.js";
import { begunWords, clearReader, countOthers, leave } from "./leaving.js";
import { count, fetchState, isMine, linkTo, onChange, phone, send } from "./outbox.js";

const MOST_SENT = 100;
const board = document.querySelector("[data-board]");
const form = board.querySelector("form[data-leaving]");
const status = board.querySelector("[data-send-status]");
const isLeaving = location.search.includes("leaving");
let wasWaiting = false; // before signing out
let typed = []; // what was typed here and never sent: it goes from a shared phone
let saved = []; // what was put into a file
let unpressed = []; // files that were offered for saving and not taken

const part = (name) => board.querySelector(`[data-part=${name}]`);

const asked = part("unsent").textContent;

/** How many things of this reader's would go with them, besides what waits: from their own phone none does. */
const besides = () => (phone.state.shared ? phone.refused.length + typed.length : 0);

function rowOf(item) {
  const row = board.querySelector("template").content.cloneNode(true);
  const moment = row.querySelector("time");
  row.querySelector("[data-title]").textContent = item.title;
  row.querySelector("[data-what]").textContent = kindOf(item, board.dataset);
  moment.dateTime = item.at;
  moment.textContent = momentOf(item);
  row.querySelector("[data-why]").textContent = item.why ?? "";
  return row;
}

/** Show one shelf as a list with its number. */
function list(name, items) {
  if (!items.length && part(name).contains(document.activeElement)) status.focus(); // its button goes
  part(name).hidden = !items.length;
  part(name).querySelector("[data-count]").textContent = items.length;
  part(name).querySelector("ol").replaceChildren(...items.map(rowOf));
}

async function showBoard() {
  const sent = (await all("sent")).filter(isMine).reverse();
  if (sent.length > MOST_SENT) forget("sent", sent.slice(MOST_SENT).map(({ id }) => id));
  const words = board.dataset;
  if ([words.sending, words.noSignal, words.unanswered].includes(status.textContent) && !phone.waiting.length) status.textContent = words.allSent; // by itself, or by another tab
  list("waiting", phone.waiting);
  list("refused", phone.refused);
  list("sent", sent.slice(0, MOST_SENT));
  const left = phone.isSignedOut ? (await all("outbox")).length : 0; // of whom, is told to nobody
  part("nothing").hidden = phone.waiting.length > 0 || phone.refused.length > 0 || left > 0;
  part("signed-out").hidden = !phone.isSignedOut;
  if (isLeaving) await showLeaving();
  linkTo(part("signed-out").querySelector("p"), board.dataset.signIn, "account/sign-in/?next=" + location.pathname);
  if (left) part("signed-out").querySelector("p").append(` ${board.dataset.kept.replace("%n", left)}`);
}

/** Before signing out: what is to be decided, and what others left here. */
async function showLeaving() {
  const strangers = phone.state.shared ? await countOthers() : 0;
  typed = (await begunWords()).filter(isMine);
  const isOpen = phone.waiting.length + besides() > 0;
  part("leaving").hidden = false;
  wasWaiting ||= phone.waiting.length > 0;
  part("unsent").hidden = part("choices").hidden = !isOpen && !wasWaiting;
  part("unsent").textContent = isOpen ? asked : board.dataset.allSent;
  part("send").hidden = !wasWaiting || (isOpen && !phone.waiting.length); // stays under the finger when all went by itself
  for (const deed of ["keep", "save", "discard"]) part("choices").querySelector(`[data-deed=${deed}]`).hidden = !isOpen;
  part("shared").hidden = !(isOpen && phone.state.shared);
  part("others").hidden = !strangers;
  part("others").textContent = board.dataset.others.replace("%n", strangers);
  part("go").hidden = isOpen || wasWaiting;
  part("begun").hidden = !(phone.state.shared && typed.length);
  part("begun").querySelector("ol").replaceChildren(...typed.map(({ words }) => Object.assign(document.createElement("li"), { textContent: words.join(" · ") })));
  part("file").hidden = false;
}

/** Say something above the choices, where it is seen. */
function tellLeaving(sentence) {
  status.textContent = sentence;
  if (isLeaving) part("leaving").scrollIntoView({ block: "nearest" });
}

/** Everything that is on this phone only, as one text, and its photos and recordings. */
async function save() {
  const items = (saved = [...phone.waiting, ...phone.refused]);
  const text = JSON.stringify({ saved_at: new Date().toISOString(), items, begun: typed.length ? typed : undefined }, null, 1);
  const files = (await all("files")).filter((file) => items.some(({ id }) => id === file.id));
  const things = [["terrace.json", new Blob([text], { type: "application/json" })], ...files.map((file) => [file.name, file.blob])];
  const links = things.map((thing) => Object.assign(document.createElement("a"), { className: "button button-quiet", download: thing[0], href: URL.createObjectURL(thing[1]), textContent: thing[0] }));
  for (const link of links) link.addEventListener("click", () => { unpressed = unpressed.filter((other) => other !== link); });
  unpressed = links;
  part("saved").hidden = false;
  part("saved").querySelector("[data-files]").replaceChildren(...links);
  part("saved").querySelector("textarea").value = text;
  links[0].click();
  if (isLeaving) part("saved").scrollIntoView({ block: "nearest" });
}

async function sendNow() {
  tellLeaving(navigator.onLine ? board.dataset.sending : board.dataset.noSignal);
  await fetchState().catch(() => {});
  await navigator.locks?.request("terrace-outbox", () => {}); // a run that is under way, here or in another tab, ends first
  await send();
  const isSent = !phone.waiting.length;
  tellLeaving(isSent ? board.dataset.allSent : phone.isSignedOut ? "" : navigator.onLine ? board.dataset.unanswered : board.dataset.noSignal);
  if (!isSent || !isLeaving) return;
  if (besides()) tellLeaving(board.dataset.rest);
  else go();
}

/** Sign out, then forget `gone`, which was decided; from a shared phone all that is the reader's, but for what `isKept`. */
async function leaveNow(gone, isKept = false) {
  const ids = gone.map(({ id }) => id);
  form.csrfmiddlewaretoken.value = phone.state.csrf || phone.token || ""; // the cookie itself will do
  tellLeaving(board.dataset.signingOut);
  const isAnswered = await leave(form, async () => {
    for (const shelf of ["outbox", "refused", "files"]) await forget(shelf, ids);
    if (phone.state.shared) await clearReader(isKept);
  });
  if (!isAnswered) tellLeaving(board.dataset.staying); // and nothing is thrown away
}

const go = () => leaveNow([]);
const keepAll = () => leaveNow([], true);
const isSure = (number) => confirm(board.dataset.sure.replace("%n", number));

/** The file is there, says the person; the pictures in it were taken one by one. */
function fileIsThere() {
  if (!unpressed.length || isSure(unpressed.length)) leaveNow(saved);
}

function discard() {
  if (isSure(phone.waiting.length + besides())) leaveNow(phone.waiting);
}

async function dismiss() {
  await forget("refused", phone.refused.map(({ id }) => id));
  count();
}

const deeds = { send: sendNow, save, there: fileIsThere, keep: keepAll, discard, go, dismiss };
board.addEventListener("click", ({ target }) => deeds[target.closest("button")?.dataset.deed]?.());
status.tabIndex = -1;
onChange(showBoard);
if (isLeaving) {
  part("leaving").querySelector("h2").after(status);
  part("leaving").after(part("saved"));
}
count();
