/* The offline page: what waits to be sent, and which modules this phone has.
 *
 * It does not reload by itself when there is a signal: where one comes and goes, that would take back a tap on a module.
 */

import { kindOf, momentOf } from "./kinds.js";
import { all, read } from "./kept.js";
import { shelved, sized } from "./shelf.js";

const MOST_SHOWN = 5;
const waits = document.querySelector("[data-waiting]");
const list = document.querySelector("[data-shelf]");

function row({ title, url, bytes }) {
  const item = document.createElement("li");
  const link = item.appendChild(document.createElement("a"));
  link.className = "step";
  link.href = url;
  for (const [words, look] of [[title, "grow"], [sized(bytes), "meta"]]) {
    const part = link.appendChild(document.createElement("span"));
    part.textContent = words;
    part.className = look;
  }
  return item;
}

async function show() {
  const entries = await shelved();
  list.replaceChildren(...entries.map(row));
  document.querySelector("[data-none]").hidden = entries.length > 0;
}

/** What this phone's reader did and the server does not have; nobody else's. */
async function showWaiting() {
  const mine = read("terrace-state:mine", []);
  const things = (await all("outbox")).filter((item) => mine.includes(item.owner)).reverse();
  if (!things.length) return;
  const told = waits.querySelector("[data-count]");
  const way = waits.querySelector("[data-all]");
  told.textContent = told.dataset.count.replace("%n", things.length);
  waits.querySelector("[data-things]").replaceChildren(...things.slice(0, MOST_SHOWN).map((item) => {
    const line = document.createElement("li");
    line.className = "step";
    const words = line.appendChild(Object.assign(document.createElement("p"), { className: "grow", textContent: item.title }));
    const kind = Object.assign(document.createElement("span"), { className: "meta", textContent: `${kindOf(item, waits.dataset)} · ${momentOf(item)}` });
    words.append(document.createElement("br"), kind);
    return line;
  }));
  waits.hidden = false;
  way.hidden = !(await caches.match(way.href, { ignoreVary: true }));
}

show().catch(() => {});
showWaiting().catch(() => {});
