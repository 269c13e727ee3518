/* The screen "Me": what every page of a learner does, and signing out. */

import "./learner.js";
import "./leaving.js";
