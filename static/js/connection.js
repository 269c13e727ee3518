/* How the connection stands, in words, on every page of a learner; and what is asked and sent when such a page is opened. */

import { all } from "./kept.js";
import { count, fetchState, linkTo, meet, onChange, page, phone, send, whose } from "./outbox.js";

const connection = document.querySelector("[data-connection]");
let newer; // the sentence that says so, once the newer lesson is here
let isAsked; // whether the server was asked who this is

if (page.reader) meet(page.reader);
onChange(tell);
addEventListener("offline", tell);

/** Say in words how things stand. Outside a lesson it is silent when all is sent. */
function tell() {
  if (!connection) return;
  const isAway = !navigator.onLine;
  const waiting = phone.waiting.length;
  const refused = phone.refused.length;
  const parts = [
    isAway && page.offline,
    refused && page.refused.replace("%n", refused),
    waiting ? (phone.isSignedOut ? page.signedOut : page.waiting).replace("%n", waiting)
      : page.lesson && !whose() ? isAsked && page.guest
        : !isAway && !refused && !document.querySelector("form [role=alert]") && page.saved,
    newer,
  ].filter(Boolean);
  const sentence = parts.join(" · ");
  if (connection.textContent === sentence) return; // its link may have the focus
  connection.textContent = sentence;
  if (waiting || refused || newer) linkTo(connection, sentence, (waiting || refused) && "waiting/");
  connection.hidden = !sentence;
  connection.classList.toggle("chip-straw", isAway || waiting || phone.isSignedOut);
}

/** Where this phone kept a lesson that is older than the site's, put the new one in its place, for the next opening. */
async function renew() {
  if (!phone.newer) return;
  const fresh = await fetch(location.href, { cache: "reload" });
  if (fresh.redirected || !fresh.headers.has("X-Keep")) return;
  await (await self.caches?.open("visited"))?.put(location.href, fresh);
  newer = phone.newer;
  tell();
}

/** Without anything that waits, a page that is about no course asks nothing of the server. */
async function begin() {
  await count();
  if (!page.course && !(await all("outbox")).length) return;
  await fetchState().catch(() => {});
  isAsked = true;
  tell();
  send().then(renew).catch(() => {});
}

/** Done once the server was asked who reads this, whether it answered or not. */
export const begun = begin();
