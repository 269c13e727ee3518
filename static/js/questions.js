/* Ways of answering other than by choosing: order, match, short text, number, scenario. Questions drawn from a bank,
 * tries and the pass mark, reflections and polls. Fetched by learner.js when one of these comes near.
 *
 * A way takes the form and returns what was answered and what is said to it, or false when it has said by itself what is
 * still open. The server judges again from ids and words; its judgement is the one that counts.
 */

const words = document.getElementById("question-words").dataset;
const all = (from, selector) => [...from.querySelectorAll(selector)];
const rights = new Set();
let page; // what learner.js lends: keepOrPost, say, read, write, device, whose, lesson
let state = {};

/** The form in which two typed answers are the same; the twin of fold() in courses/folding.py. */
export function fold(text) {
  return text.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC").replace(/[^\p{L}\p{N}\p{M}\p{S}]/gu, "").normalize("NFKC");
}

/** The one number that a text says, or NaN; the twin of read_number() in courses/folding.py. */
export function readNumber(text) {
  const plain = text.normalize("NFKC").replace(/。/g, ".").replace(/[−–]/g, "-");
  const found = plain.match(/[+-]?[0-9.,]*[0-9]/g) ?? [];
  const written = found.length === 1 ? withPoint(found[0]) : "";
  return /^[+-]?[0-9]*\.?[0-9]+$/.test(written) ? Number(written) : NaN;
}

function withPoint(number) {
  const last = Math.max(number.lastIndexOf("."), number.lastIndexOf(","));
  let whole = number;
  let fraction = "";
  if (number.includes(".") && number.includes(",")) {
    whole = number.slice(0, last);
    fraction = `.${number.slice(last + 1)}`;
  } else if (!/^[+-]?[1-9][0-9]{0,2}((,[0-9]{3})+|(\.[0-9]{3}){2,})$/.test(number)) return number.replace(/,/g, ".");
  return /^[+-]?[0-9]{1,3}(([.,])[0-9]{3}(\2[0-9]{3})*)?$/.test(whole) ? whole.replace(/[.,]/g, "") + fraction : "";
}

/** FNV-1a, stirred; the twin of hash_of() in courses/drawing.py. */
function hash(text) {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

/** The ids that are drawn for a reader: the same ones every time; the twin of drawn() in courses/drawing.py. */
export function drawn(ids, count, draw, seed) {
  const place = (id) => hash(`${seed}/${draw}/${id}`);
  return [...ids].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1)).slice(0, count);
}

/** Say what is missing, and that there is no answer yet. */
const ask = (form, sentence = words.open) => page.say(form, sentence) ?? false;
const whole = (answer, isRight) => ({ ...answer, told: [isRight ? "right" : "wrong"] });

function arranged(form) {
  const items = all(form, "[data-item]").map((item) => item.dataset.item);
  const chosen = items.length ? items : all(form, "[name=option]").map((field) => field.value);
  return chosen.includes("") ? ask(form) : whole({ chosen }, chosen.join() === form.dataset.key);
}

function shortText(form) {
  const text = form.text.value.trim();
  const plain = fold(text);
  return plain ? whole({ text }, form.dataset.key.split(",").includes(plain)) : ask(form);
}

function number(form) {
  const text = form.text.value.trim();
  const typed = readNumber(text);
  if (isNaN(typed)) return ask(form, text ? words.number : words.open);
  return whole({ text }, Math.abs(typed - form.dataset.key) <= +form.dataset.off + 1e-9);
}

/** One scene after the other: what follows from a choice is said, and the scene that it leads to comes. */
function scenario(form) {
  const scenes = all(form, "[data-scene]").filter((scene) => !scene.hidden);
  const taken = scenes.map((scene) => scene.querySelector(":checked"));
  const last = taken.pop();
  if (!last) return ask(form, words.choose);
  const chosen = scenes.map((scene) => scene.querySelector(":checked").value);
  for (const item of all(form, "[data-for]")) item.hidden = !chosen.includes(item.dataset.for);
  if (last.dataset.to) {
    const next = form.querySelector(`[data-scene="${last.dataset.to}"]`);
    next.hidden = false;
    next.querySelector("input").focus();
    return ask(form, "");
  }
  return { chosen, told: chosen, isRight: all(form, "[data-for]").every((item) => item.hidden || item.dataset.right === "1") };
}

/** Take back what followed from a choice that is changed. */
function rewind({ target }) {
  const scene = target.closest("[data-scene]");
  for (const later of all(target.form, "[data-scene]")) {
    if (!(scene.compareDocumentPosition(later) & 4)) continue;
    later.hidden = true;
    for (const input of all(later, "input")) input.checked = false;
  }
  for (const item of all(target.form, "[data-for]")) item.hidden ||= !item.closest("[data-scene]").querySelector(":checked") || scene.contains(item);
}

/** Turn the lists of an order into one list with buttons. */
function makeList(form) {
  const list = form.querySelector(".arrange");
  const chosen = all(list, ":checked").map((option) => option.value);
  const place = (option) => chosen.indexOf(option.value);
  const options = [...list.querySelector("select").options].slice(1).sort((one, other) => place(one) - place(other));
  list.textContent = "";
  for (const { value, text } of options) {
    const item = document.createElement("li");
    item.dataset.item = value;
    item.append(Object.assign(document.createElement("span"), { textContent: text }));
    for (const [by, sign, label] of [[-1, "↑", words.up], [1, "↓", words.down]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet", textContent: sign });
      button.setAttribute("aria-label", label.replace("%s", text));
      button.addEventListener("click", () => move(form, item, by, button));
      item.append(button);
    }
    list.append(item);
  }
  bound(list);
}

function move(form, item, by, button) {
  const list = item.parentNode;
  if (by < 0) item.previousSibling.before(item);
  else item.nextSibling.after(item);
  bound(list);
  (button.disabled ? item.querySelector("button:enabled") : button).focus();
  const place = [...list.children].indexOf(item) + 1;
  page.say(form, words.place.replace("%s", item.firstChild.textContent).replace("%n", place).replace("%m", list.children.length));
}

function bound(list) {
  for (const item of list.children) {
    const buttons = item.querySelectorAll("button");
    buttons[0].disabled = item === list.firstChild;
    buttons[1].disabled = item === list.lastChild;
  }
}

/** What a lesson with a limit of tries says instead, and which questions were answered right. */
export function judged(form, told, isRight) {
  if (isRight) rights.add(form.dataset.question);
  page.write(rightsKey(), [...rights]);
  if (!words.tries) return;
  form.tried = (form.tried ?? 0) + 1;
  const left = isRight ? 0 : words.tries - form.tried;
  const isChoice = !("key" in form.dataset) && form.dataset.type !== "scenario";
  for (const item of all(form, ".explanation")) item.hidden = left > 0;
  for (const item of all(form, ".replies [data-for]")) {
    item.hidden = !told.includes(item.dataset.for) && !(isChoice && !left && item.dataset.right === "1");
  }
  if (!isRight) page.say(form, left > 0 ? words.left.replace("%n", left) : words.over);
  const button = form.querySelector(".button-wide");
  button.disabled = left < 1;
  if (button.disabled) Object.assign(form.querySelector(".replies"), { tabIndex: -1 }).focus();
}

const rightsKey = () => `terrace-right:${page.lesson}:${state.enrolment}`;

/** Put the questions to try again into `open` and return what is short of the pass mark, or nothing. */
export function short(questions, open) {
  const needed = Math.ceil((words.mark * questions.length) / 100);
  const wrong = questions.filter((form) => !rights.has(form.dataset.question));
  const right = questions.length - wrong.length;
  if (!(right < needed)) return; // without a pass mark nothing is needed
  open.push(...wrong);
  return words.short.replace("%n", right).replace("%m", needed);
}

const note = (form, sentence) => Object.assign(form.querySelector("[data-note]"), { textContent: sentence, hidden: false });
const draftKey = (form) => `terrace-reflection:${state.enrolment}:${form.dataset.id}`;

/** Keep the words on the phone as they are typed; never in the middle of a word that an input method makes. */
function keepDraft({ target, isComposing }) {
  if (isComposing || !state.enrolment) return;
  if (page.write(draftKey(target.form), { text: target.value, at: Date.now() + (state.off || 0) })) note(target.form, words.draft);
}

function keep(event) {
  const form = event.currentTarget;
  const isPoll = form.dataset.unjudged === "poll";
  const chosen = all(form, ":checked").map((input) => input.value);
  const text = form.text?.value;
  if (!page.whose() || (isPoll && !chosen.length)) {
    note(form, page.whose() ? words.choose : isPoll ? words.guestPoll : words.guestReflection);
  } else {
    const data = isPoll ? { question: form.dataset.id, chosen } : { question: form.dataset.id, text };
    page.keepOrPost(form, isPoll ? "voted" : "reflected", data).then((isKept) => isKept && note(form, isPoll ? words.voted : words.kept));
  }
  event.preventDefault();
}

/** Give back what was written: of the phone's words and the server's the later ones. */
function showReflection(form) {
  const kept = state.detail?.reflections?.[form.dataset.id];
  const draft = page.read(draftKey(form), null);
  const isLater = draft && !(Date.parse(kept?.at) > draft.at);
  if (document.activeElement !== form.text && (isLater || kept)) form.text.value = (isLater ? draft : kept).text;
}

function showPoll(form) {
  const vote = state.detail?.votes?.[form.dataset.id];
  if (!vote) return;
  const total = Object.values(vote.counts ?? {}).reduce((sum, one) => sum + one, 0);
  for (const input of all(form, "input[name=option]")) {
    input.checked = input.value === vote.mine;
    const count = vote.counts?.[input.value] ?? 0;
    const place = input.parentNode.querySelector("[data-votes]");
    place.textContent = total ? ` · ${words.votes.replace("%n", count)}` : "";
    if (total) place.append(Object.assign(document.createElement("progress"), { max: total, value: count }));
  }
  note(form, total ? words.cohort.replace("%n", total) : words.few);
}

/** What each type of question is answered with. */
export const ways = { order: arranged, match: arranged, short_text: shortText, number, scenario };

/** Make the page's forms what they are with script; `lent` is what learner.js lends. */
export function begin(lent) {
  page = lent;
  all(document, "[data-type=order]").forEach(makeList);
  for (const form of all(document, "[data-type=scenario]")) {
    all(form, "[data-scene]").slice(1).forEach((scene) => { scene.hidden = !scene.querySelector(":checked"); });
    all(form, ".onward").forEach((hint) => hint.remove());
    form.addEventListener("change", rewind);
  }
  for (const form of all(document, "[data-unjudged]")) {
    form.addEventListener("submit", keep);
    form.text?.addEventListener("input", keepDraft);
    form.text?.addEventListener("compositionend", keepDraft);
  }
}

/** Show what belongs to the reader: what was drawn, written and voted. */
export function show(fresh) {
  state = fresh;
  for (const id of [...(state.detail?.right ?? []), ...page.read(rightsKey(), [])]) rights.add(id);
  for (const draw of all(document, "[data-draw]")) {
    const forms = all(draw, "form");
    const mine = drawn(forms.map((form) => form.dataset.question), draw.dataset.count, draw.dataset.draw, state.enrolment ?? page.device());
    for (const form of forms) form.hidden = !mine.includes(form.dataset.question);
  }
  all(document, "[data-unjudged=reflection]").forEach(showReflection);
  all(document, "[data-unjudged=poll]").forEach(showPoll);
}
