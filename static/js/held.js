/* "Me": which modules are on this phone, how much room they take, and taking them off again. */

import { shelved, sized, takeDown } from "./shelf.js";

const held = document.querySelector("[data-held]");
const heldPart = (name) => held.querySelector(`[data-${name}]`);

/** One module as a row: a link with its size, and a button that removes it. */
function heldRow(entry) {
  const item = document.createElement("li");
  item.className = "card-row";
  const words = item.appendChild(document.createElement("p"));
  const choice = { text: held.dataset.text, pictures: held.dataset.silent }[entry.choice];
  const size = Object.assign(document.createElement("span"), { className: "meta", textContent: [sized(entry.bytes), choice].filter(Boolean).join(" · ") });
  words.append(Object.assign(document.createElement("a"), { href: entry.url, textContent: entry.title }), document.createElement("br"), size);
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small", textContent: held.dataset.remove });
  button.setAttribute("aria-label", held.dataset.removeIt.replace("%s", entry.title));
  button.addEventListener("click", () => removeHeld(entry));
  item.append(button);
  return item;
}

function tellHeld(name, sentence) {
  heldPart(name).textContent = sentence;
  heldPart(name).hidden = !sentence;
}

async function removeHeld(entry) {
  await takeDown(entry.key, entry.language);
  await showHeld();
  tellHeld("removed-note", held.dataset.removed.replace("%s", sized(entry.bytes)));
  (held.querySelector("button") ?? heldPart("none").querySelector("a")).focus();
}

async function showHeld() {
  const entries = await shelved();
  heldPart("shelf").replaceChildren(...entries.map(heldRow));
  heldPart("shelf").hidden = !entries.length;
  heldPart("none").hidden = entries.length > 0;
  const told = await navigator.storage?.estimate?.().catch(() => undefined);
  tellHeld("room-note", told?.quota ? held.dataset.room.replace("%a", sized(told.usage)).replace("%b", sized(told.quota - told.usage)) : "");
  heldPart("cannot").hidden = true;
}

/** Show it where this browser keeps pages; elsewhere the sentence stands that it does not. */
export function beginHeld() {
  if (held && navigator.serviceWorker && self.caches) showHeld().catch(() => {});
}
