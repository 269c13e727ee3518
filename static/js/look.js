/* The reader's own switches: text size and data saver. They act at once, without the server, and are kept on this phone;
 * the line of script in each page's head reads them before the first paint (foundation/looks.py).
 */

const KEY = "terrace-look";
const form = document.querySelector("form[data-look]");
const told = form.querySelector("[role=status]");
const look = document.documentElement.classList;

/** The classes that were chosen; the usual choices have none. */
const chosen = () => [...form.querySelectorAll(":checked")].map((input) => input.value).filter(Boolean);

function keep() {
  for (const input of form.querySelectorAll("input")) if (input.value) look.toggle(input.value, input.checked);
  try {
    localStorage.setItem(KEY, chosen().join(" "));
    told.textContent = form.dataset.kept;
  } catch {
    told.textContent = form.dataset.lost;
  }
}

for (const input of form.querySelectorAll("input")) input.checked = input.value ? look.contains(input.value) : input.checked;
form.hidden = false;
form.addEventListener("change", keep);
