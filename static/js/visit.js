/* Pages that are kept for reading without a signal: the worker that keeps them is asked for once the page has come. */

import "./enter.js";
import { registerWorker } from "./offline.js";

const come = new Promise((go) => (document.readyState === "complete" ? go() : addEventListener("load", go)));

/** The worker's registration, or the fault where there is none. */
export const worker = come.then(registerWorker);
