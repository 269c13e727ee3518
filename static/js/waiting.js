/* The page of what waits: what is on this phone only, what was sent, what was not accepted and why.
 *
 * The page is the same for everybody; everything on it comes from the phone. Before signing out with things unsent it
 * offers to send them, to keep them, to save them to a file, or to discard them.
 */

import "./learner.js";
import { all, forget } from "./kept.js";
import { kindOf, momentOf } from "./kinds.js";
import { leave } from "./leaving.js";
import { count, fetchState, isMine, linkTo, onChange, phone, send } from "./outbox.js";

const MOST_SENT = 100;
const board = document.querySelector("[data-board]");
const form = board.querySelector("form[data-leaving]");
const status = board.querySelector("[data-send-status]");
const isLeaving = location.search.includes("leaving");

const part = (name) => board.querySelector(`[data-part=${name}]`);

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
  part(name).hidden = !items.length;
  part(name).querySelector("[data-count]").textContent = items.length;
  part(name).querySelector("ol").replaceChildren(...items.map(rowOf));
}

async function showBoard() {
  const sent = (await all("sent")).filter(isMine).reverse();
  if (sent.length > MOST_SENT) forget("sent", sent.slice(MOST_SENT).map(({ id }) => id));
  if (status.textContent && !phone.waiting.length) status.textContent = board.dataset.allSent; // by itself, or by another tab
  const isLast = isLeaving && phone.waiting.length > 0;
  list("waiting", phone.waiting);
  list("refused", phone.refused);
  list("sent", sent.slice(0, MOST_SENT));
  const isLeft = phone.isSignedOut && (await all("outbox")).length > 0; // of whom, is told to nobody
  part("nothing").hidden = phone.waiting.length > 0 || phone.refused.length > 0 || isLeft;
  part("signed-out").hidden = !phone.isSignedOut;
  part("leaving").hidden = !isLast;
  part("keep").hidden = Boolean(phone.state.shared);
  linkTo(part("signed-out").querySelector("p"), board.dataset.signIn, "account/sign-in/?next=" + location.pathname);
}

/** Everything that is on this phone only, as one text, and its photos and recordings. */
async function save() {
  const items = [...phone.waiting, ...phone.refused];
  const text = JSON.stringify({ saved_at: new Date().toISOString(), items }, null, 1);
  const files = (await all("files")).filter((file) => items.some(({ id }) => id === file.id));
  const things = [["terrace.json", new Blob([text], { type: "application/json" })], ...files.map((file) => [file.name, file.blob])];
  const links = things.map((thing) => Object.assign(document.createElement("a"), { className: "button button-quiet", download: thing[0], href: URL.createObjectURL(thing[1]), textContent: thing[0] }));
  part("saved").hidden = false;
  part("saved").querySelector("[data-files]").replaceChildren(...links);
  part("saved").querySelector("textarea").value = text;
  links[0].click();
}

async function sendNow() {
  status.textContent = navigator.onLine ? board.dataset.sending : board.dataset.noSignal;
  await fetchState().catch(() => {});
  await send();
  const isSent = !phone.waiting.length;
  status.textContent = isSent ? board.dataset.allSent : phone.isSignedOut ? "" : navigator.onLine ? board.dataset.unanswered : board.dataset.noSignal;
  if (isSent && isLeaving) leaveNow();
}

function leaveNow() {
  form.csrfmiddlewaretoken.value = phone.state.csrf || phone.token || ""; // the cookie itself will do
  leave(form, phone.state.shared);
}

async function discard() {
  status.textContent = navigator.onLine ? "" : board.dataset.noSignal; // without one nobody is signed out, and nothing is thrown away
  if (status.textContent || !confirm(board.dataset.sure.replace("%n", phone.waiting.length))) return;
  const ids = phone.waiting.map(({ id }) => id);
  await forget("outbox", ids);
  await forget("files", ids);
  leaveNow();
}

async function dismiss() {
  await forget("refused", phone.refused.map(({ id }) => id));
  count();
}

const deeds = { send: sendNow, save, keep: leaveNow, discard, dismiss };
board.addEventListener("click", ({ target }) => deeds[target.closest("button")?.dataset.deed]?.());
onChange(showBoard);
count();
