/* The screen "Me": what every page of a learner does, what this phone keeps, and signing out. */

import "./learner.js";
import "./leaving.js";
import { beginHeld } from "./held.js";

beginHeld();
