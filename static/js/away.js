/* The offline page: which modules this phone has.
 *
 * It does not reload by itself when there is a signal: where one comes and goes, that would take back a tap on a module.
 */

import { shelved, sized } from "./shelf.js";

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

show().catch(() => {});
