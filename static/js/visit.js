/* Pages without anything to do but to be read: they are kept for reading without a signal. */

import { registerWorker } from "./offline.js";

registerWorker();
