/* The review of a report: a saved comment goes in by a tap, and who leaves the page gives the report back to others.
 *
 * Without this file the same buttons post the form, and the claim runs out by itself.
 */

const form = document.querySelector("form[data-review]");
const words = form.elements.feedback;
let isSent = false;

/** Put a comment below what is written, as if it had been typed: so it is kept, too. Once is enough. */
function insert(button) {
  const text = words.value.trimEnd();
  if (text.includes(button.dataset.words)) return words.focus(); // a second tap
  words.value = text ? `${text}\n${button.dataset.words}` : button.dataset.words;
  const used = document.createElement("input");
  Object.assign(used, { type: "hidden", name: "used", value: button.value });
  form.append(used);
  words.dispatchEvent(new Event("input", { bubbles: true }));
  words.focus();
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-words]");
  if (!button) return;
  event.preventDefault();
  insert(button);
});
form.addEventListener("submit", () => { isSent = true; });
addEventListener("pageshow", () => { isSent = false; });
addEventListener("pagehide", () => {
  if (isSent) return; // the page that comes holds it, or it was decided
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "token"]) body.append(name, form.elements[name].value);
  body.append("action", "leave");
  navigator.sendBeacon(location.href, body);
});
