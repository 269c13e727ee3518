/* The service worker: pages that were kept can be read without a signal (docs/offline.md). It sends nothing.
 *
 * home/views/pwa.py writes three constants before it: VERSION, LANGUAGES, and SHELL_FILES, the offline page's scripts.
 * It stays within 1.4 kB: a lesson does not ask for it, but it counts among a learner's scripts, which have a budget.
 */

const SHELL = "shell-" + VERSION;
const VISITED = "visited";
const STATIC = "static";
const MOST = 60; // entries in each of the two
const PATIENCE = 3000; // milliseconds, where the page is here already
const LONGEST = 20000;
const DAY = 86400000; // so long a lesson's own script tells whether there is a newer one (learner.js)
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

const late = (wait) => new Promise((_, refuse) => setTimeout(refuse, wait));

function offlinePage(url) {
  const language = new URL(url).pathname.split("/")[1];
  return `/${LANGUAGES.includes(language) ? language : LANGUAGES[0]}/offline/`;
}

async function put(name, url, response) {
  const cache = await caches.open(name);
  await cache.put(url, response);
  for (const old of (await cache.keys()).slice(0, -MOST)) await cache.delete(old);
}

/** Keep a page that says it may be kept, and forget one that our own server does not give any more. */
async function note(url, response) {
  const status = response.status;
  const headers = response.headers;
  if (status === 200 && headers.has("X-Keep")) {
    await put(VISITED, url, response);
    const shell = await caches.open(SHELL);
    if (!(await shell.match(offlinePage(url)))) await shell.add(offlinePage(url));
  } else if (headers.has("X-Reference") && [404, 410].includes(status)) {
    await (await caches.open(VISITED)).delete(url);
  }
}

/** Return the page as it was visited last, else as the modules in force on the shelf have it. */
async function find(url) {
  const visited = await caches.match(url, { cacheName: VISITED, ignoreVary: true });
  if (visited) return visited;
  const shelf = await caches.open("shelf");
  for (const key of await shelf.keys()) {
    const entry = await (await shelf.match(key)).json();
    const found = await caches.match(url, { cacheName: entry.cache, ignoreSearch: true, ignoreVary: true });
    if (found) return found;
  }
}

/** Return what stands for a page that cannot be reached: an assignment's empty form, else the offline page. */
async function instead(url) {
  const shell = await caches.open(SHELL);
  return (await find(new URL("sheet/", url).href)) || (await shell.match(offlinePage(url))) || (await shell.match((await shell.keys())[0])) || Response.error();
}

async function page(event) {
  const request = event.request;
  const kept = await find(request.url).catch(() => {});
  const isLesson = kept && kept.headers.get("X-Keep") === "lesson";
  if (isLesson && request.cache === "default" && Math.abs(Date.now() - Date.parse(kept.headers.get("Date"))) < DAY) return kept;
  const fresh = fetch(request);
  event.waitUntil(fresh.then((response) => note(request.url, response.clone())).catch(() => {}));
  if (isLesson) return kept;
  try {
    const answer = await Promise.race([fresh, late(kept ? PATIENCE : LONGEST)]);
    return kept && answer.status >= 500 ? kept : answer;
  } catch {
    return kept || instead(request.url);
  }
}

/** A file of a name that is never used twice: as some cache has it, else from the network. */
async function file(event) {
  const request = event.request;
  const range = request.headers.get("Range");
  const kept = await caches.match(request.url, { ignoreVary: true }).catch(() => {});
  if (kept) return range ? part(kept, range) : kept;
  const response = await fetch(request);
  if (response.ok && response.headers.has("X-Reference") && HASHED.test(request.url)) event.waitUntil(put(STATIC, request.url, response.clone()).catch(() => {}));
  return response;
}

/** Return the part of a sound that a player asks for: it jumps within what is on the phone. */
async function part(kept, range) {
  const whole = await kept.blob();
  const size = whole.size;
  const type = whole.type;
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range);
  const headers = { "Accept-Ranges": "bytes", "Content-Type": type };
  if (!asked) return new Response(whole, { headers }); // as a server may; no player counts from the end
  const from = +asked[1];
  const to = Math.min(asked[2] || size, size - 1);
  headers["Content-Range"] = `bytes ${from > to ? "*" : `${from}-${to}`}/${size}`;
  return from > to ? new Response(null, { status: 416, headers }) : new Response(whole.slice(from, to + 1, type), { status: 206, headers });
}

/** Keep what stands for pages that are not here, and the page that is open: the browser has just loaded it. */
async function install() {
  const open = (await clients.matchAll({ includeUncontrolled: true })).map((client) => client.url);
  const shell = await caches.open(SHELL);
  await shell.addAll([offlinePage(open[0] || location.href), ...SHELL_FILES]);
  for (const url of open) await fetch(url, { cache: "only-if-cached", mode: "same-origin" }).then((response) => note(url, response)).catch(() => {});
}

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || /^\/(api|admin)\//.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (/^\/(static|media)\//.test(url.pathname)) event.respondWith(file(event));
});
