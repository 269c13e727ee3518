/* What a person types is kept on the phone as they type, and survives a closed tab, a dead battery and a lost session.
 *
 * Saved after a Chinese input method has finished a word, never in the middle of one.
 */

const words = document.getElementById("draft-script").dataset;
const form = document.querySelector("form[data-draft]");
const status = document.querySelector("[data-draft-status]");
const key = form && `terrace-draft:${form.dataset.draft}`;

function read() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function write(drafts) {
  try {
    if (Object.keys(drafts).length) localStorage.setItem(key, JSON.stringify(drafts));
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}

function say(sentence) {
  status.textContent = sentence;
  status.hidden = false;
}

/** Give back what this phone kept and the server does not have; forget what it has. */
function restore() {
  const drafts = read();
  let isRestored = false;
  for (const area of form.querySelectorAll("textarea")) {
    const kept = drafts[area.name];
    if (kept === undefined) continue;
    if (kept === area.value) delete drafts[area.name];
    else {
      area.value = kept;
      isRestored = true;
    }
  }
  write(drafts);
  if (isRestored) say(words.restored);
}

function keep(event) {
  const area = event.target;
  if (event.isComposing || area.tagName !== "TEXTAREA") return;
  if (write({ ...read(), [area.name]: area.value })) say(words.kept);
}

if (form) {
  restore();
  form.addEventListener("input", keep);
  form.addEventListener("compositionend", keep);
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => input.files.length && form.requestSubmit(form.querySelector("[value=save]")));
  }
}
