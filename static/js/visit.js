/* Pages that are kept for reading without a signal: the worker that keeps them is asked for once the page has come. */

import { registerWorker } from "./offline.js";

if (document.readyState === "complete") registerWorker();
else addEventListener("load", registerWorker);
