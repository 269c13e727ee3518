/* The editor's panel "For the reader": weight and findings of the saved draft, and the QR code of a draft.
 *
 * Loaded once, then again after each save, also the ones that Wagtail makes by itself.
 */

const panel = document.querySelector("[data-reader-panel]");
const AGAIN_AFTER = 1500; // ms: several saves in a row are looked at once
let timer = 0;

async function fragment(url, options = {}) {
  const answer = await fetch(url, {
    ...options,
    headers: { "X-Requested-With": "XMLHttpRequest", ...options.headers },
  });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
}

/** Show on the panel's button how many findings there are; Wagtail shows the number and the colour. */
function count() {
  const result = panel.querySelector("[data-reading-result]");
  const counter = document.querySelector('[data-side-panel-toggle="reader"] [data-side-panel-toggle-counter]');
  if (!counter || !result) return;
  const found = Number(result.dataset.count);
  counter.textContent = found;
  counter.hidden = found === 0;
  counter.classList.toggle("w-bg-critical-200", "over" in result.dataset);
}

async function read() {
  const place = panel.querySelector("[data-reading]");
  try {
    place.innerHTML = await fragment(panel.dataset.readingUrl);
    count();
  } catch {
    place.textContent = panel.dataset.failed;
  }
}

async function makeLink(button) {
  const place = panel.querySelector("[data-draft-code]");
  const token = document.querySelector("form [name=csrfmiddlewaretoken]")?.value ?? "";
  button.disabled = true;
  try {
    place.innerHTML = await fragment(button.dataset.draftLink, { method: "POST", headers: { "X-CSRFToken": token } });
    place.querySelector("[data-select-all]")?.select();
  } catch {
    place.textContent = panel.dataset.failed;
  } finally {
    button.disabled = false;
  }
}

/** Lead to the block that a finding is about: Wagtail names a block's section by its id, and marks its field. */
function show(event, id) {
  const field = document.querySelector(`[data-contentpath="${id}"], [value="${id}"][name$="-id"]`);
  const block = field?.closest("[data-streamfield-child]") ?? field;
  if (!block) return;
  event.preventDefault();
  block.scrollIntoView({ block: "center" });
  block.querySelector("input:not([type=hidden]), textarea, [contenteditable=true], button")?.focus({ preventScroll: true });
}

if (panel) {
  read();
  document.addEventListener("w-autosave:success", () => {
    clearTimeout(timer);
    timer = setTimeout(read, AGAIN_AFTER);
  });
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-link]");
    if (button) makeLink(button);
    const link = event.target.closest("[data-block]");
    if (link) show(event, link.dataset.block);
  });
}
