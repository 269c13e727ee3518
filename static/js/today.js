/* Today: what of the next steps is on this phone: the lesson's module, or words of a report that were not sent yet. */

import "./learner.js";
import { begunWords } from "./leaving.js";
import { isMine, onChange, phone } from "./outbox.js";
import { shelved } from "./shelf.js";

/** Show of every note with this name those that are true of what they are about. */
function showNotes(name, isTrue) {
  for (const note of document.querySelectorAll(`[data-${name}]`)) note.hidden = !isTrue(note.dataset[name]);
}

async function tellDownloaded() {
  const here = (await shelved()).filter(({ language }) => language === document.documentElement.lang);
  showNotes("module", (module) => here.some(({ key }) => key === module));
}

async function tellBegun() {
  const typed = (await begunWords()).filter(isMine);
  const waits = phone.waiting.filter(({ kind }) => kind === "draft");
  showNotes("begun", (report) => typed.some(({ key }) => key.endsWith(report)) || waits.some(({ key }) => key === report));
}

if (self.caches) tellDownloaded().catch(() => {});
onChange(tellBegun);
