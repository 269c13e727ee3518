/* Pages that are kept for reading without a signal: the worker that keeps them is asked for once the page has come.
 *
 * Guests read the public ones too, and most of them have nothing to send. So the script that says how the connection
 * stands and sends what waits (learner.js) is fetched only where somebody studied on this phone, or where there is no signal.
 */

import "./enter.js";
import { registerWorker } from "./offline.js";

const come = new Promise((go) => (document.readyState === "complete" ? go() : addEventListener("load", go)));

/** The worker's registration, or the fault where there is none. */
export const worker = come.then(registerWorker);

/** Whether learners' pages wrote this down here; never where there is no storage. */
function isWritten(name) {
  try {
    return name in localStorage;
  } catch {
    return false;
  }
}

function tellLearner() {
  const said = document.getElementById("learner-script")?.dataset;
  const hasReader = isWritten("terrace-state:reader");
  if (!said?.learner || (navigator.onLine && !hasReader && !isWritten("terrace-seq"))) return;
  if (hasReader) said.saved = said.synced;
  import(said.learner).catch(() => {}); // it is not here, and there is no signal
}

come.then(tellLearner);
addEventListener("offline", tellLearner);
