/* Taking a module along: what it costs is said first, what is here is never fetched again, and a new version takes the
 * old one's place at once. Each card of the page looks after one module (templates/pwa/download.html).
 *
 * Files are compared with the SHA-256 of the manifest before they are kept: a page that was cut off, or a captive
 * portal's, never is. Sound comes in parts, so that a break loses little of it.
 */

import { digestOf } from "./digest.js";
import { isSaving } from "./near.js";
import { cachesOf, entryOf, shelve, sized, takeDown } from "./shelf.js";

const words = document.getElementById("download-script").dataset;
const language = document.documentElement.lang;
const TIMEOUT = 20000; // milliseconds for a file, or for a part of one
const PART = 131072; // bytes: 20 s at 52 kbit/s
const AT_ONCE = 4;
const PATIENCE = 3000; // milliseconds until a worker that has not come yet is taken to be on its way
const WANTED = "/shelf/wanted";
const heard = new Audio().canPlayType("audio/ogg; codecs=opus") ? "opus" : "mp3";
const SOUNDS = ["opus", "mp3", "sound"];
const CHOICES = { text: [], pictures: ["picture"], all: ["picture", heard, "sound"] };
const isExtra = (kind) => kind === "picture" || SOUNDS.includes(kind);
const isWanted = (choice) => ([, , , kind]) => !isExtra(kind) || CHOICES[choice].includes(kind);
const weightOf = (files) => files.reduce((sum, [, bytes]) => sum + bytes, 0);

/** What a choice costs, by the weights of a module: the server counts sound in its heavier form. */
function cost({ bytes, text_bytes: text, sound_bytes: sound }, choice) {
  const without = bytes - Math.max(sound.opus, sound.mp3) - sound.sound;
  return { text, pictures: without, all: without + sound[heard] + sound.sound }[choice];
}

/** Fetch one address with a time-out that holds for its body too. A redirect is a fault: it leads to no file of ours. */
async function get(url, options, stop) {
  const giveUp = new AbortController();
  const clock = setTimeout(() => giveUp.abort(), TIMEOUT);
  const end = () => giveUp.abort();
  stop?.addEventListener("abort", end);
  try {
    if (stop?.aborted) throw new Error("stopped");
    const answer = await fetch(url, { redirect: "error", ...options, signal: giveUp.signal });
    return { answer, body: await answer.arrayBuffer() };
  } finally {
    clearTimeout(clock);
    stop?.removeEventListener("abort", end);
  }
}

async function json(url) {
  const got = await get(url, { cache: "no-cache", headers: { Accept: "application/json" } });
  return { isOk: got.answer.ok, said: JSON.parse(new TextDecoder().decode(got.body)) }; // a captive portal's page fails
}

/** Return where the parts of a long file begin; none for one that comes at once. */
const partsOf = (bytes) => (bytes > PART ? Array.from({ length: Math.ceil(bytes / PART) }, (_, number) => number * PART) : []);

class Changed extends Error {}

class Card {
  constructor(element) {
    this.element = element;
    this.key = element.dataset.download;
    this.isSmall = "small" in element.dataset;
    this.said = element.querySelector("[data-said]");
    this.said.tabIndex = -1;
    this.bar = element.querySelector("[data-bar]");
    this.actions = element.querySelector("[data-actions]");
    addEventListener("online", () => this.choice && this.isBroken && this.take(this.choice));
  }

  /** Say how things stand, and offer what can be done: pairs of words and what happens. The first is what most want. */
  tell(sentence, ...offers) {
    this.said.textContent = sentence;
    this.said.hidden = !sentence;
    this.bar.hidden = !this.isLoading;
    const hadFocus = this.actions.contains(document.activeElement);
    this.actions.replaceChildren(...offers.filter(Boolean).map(([label, act, look = "button-quiet"]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `button ${look}`;
      button.textContent = label;
      button.addEventListener("click", act);
      return button;
    }));
    if (hadFocus) (this.actions.querySelector("button") ?? this.said).focus(); // nobody loses their place
  }

  /** Say what only matters where somebody looks for this very module. */
  say(sentence) {
    this.tell(this.isSmall ? "" : sentence);
  }

  /** Look at what is on the phone and at what the server has. `weight` is missing where it could not be asked. */
  async begin(weights) {
    this.entry = await entryOf(this.key, language);
    this.weight = weights?.[this.key];
    if (this.entry && !this.weight) await this.tellDone();
    else if (!weights) this.say(words.noSignal);
    else if (!this.weight) this.say(words.gone);
    else if (this.entry && this.entry.version !== this.weight.version) await this.tellNewer();
    else if (this.entry) await this.tellDone();
    else await this.offer();
  }

  /** Offer the choices with what they cost, or to go on with what was begun. */
  async offer(sentence = words.ask) {
    const begun = await this.begun();
    if (begun) {
      this.choice = begun.choice;
      const manifest = await this.manifest();
      const files = manifest.files.filter(isWanted(begun.choice));
      this.tellBroken(await this.here(files), weightOf(files));
      return;
    }
    const text = cost(this.weight, "text");
    const pictures = cost(this.weight, "pictures");
    const all = cost(this.weight, "all");
    const choices = [["all", words.all]];
    if (all > pictures && pictures > text) choices.push(["pictures", words.silent]);
    if (all > text) choices.push(["text", words.text]);
    if (isSaving()) choices.reverse(); // what is offered first is what most want, and who saves data wants the lightest
    const offers = choices.map((one, place) => [one[1].replace("%s", sized(cost(this.weight, one[0]))), () => this.take(one[0]), this.isSmall || place ? undefined : ""]);
    this.tell(this.isSmall && sentence === words.ask ? "" : sentence, ...(this.isSmall ? offers.slice(0, 1) : offers));
  }

  /** Which choice was begun and not finished, if any. */
  async begun() {
    for (const name of await cachesOf(this.key, language)) {
      const wanted = name !== this.entry?.cache && (await caches.match(WANTED, { cacheName: name }));
      if (wanted) return { choice: await wanted.text() };
    }
  }

  async manifest() {
    const answer = await json(`/api/bundles/${this.key}/?lang=${language}`);
    if (!answer.isOk) throw new Error(answer.said.why);
    return answer.said;
  }

  /** Return how many bytes of `files` this phone has, whole or in parts. */
  async here(files) {
    const names = await cachesOf(this.key, language);
    let sum = 0;
    for (const [url, bytes, sha256] of files) {
      if (await this.same(url, sha256, names)) sum += bytes;
      else for (const from of partsOf(bytes)) if (await caches.match(`${url}?part=${from}`)) sum += Math.min(PART, bytes - from);
    }
    return sum;
  }

  /** Return this very file, to the byte, from whichever cache of the module has it. */
  async same(url, sha256, names) {
    for (const cacheName of names) {
      const found = await caches.match(url, { cacheName, ignoreVary: true });
      if (found?.headers.get("X-Sha256") === sha256) return found;
    }
  }

  async take(choice) {
    if (this.isLoading) return;
    Object.assign(this, { choice, isLoading: true, isBroken: false, got: 0, total: 0 });
    this.tell(words.begins, [words.pause, () => this.stop?.abort()]);
    this.count(0);
    navigator.storage?.persist?.().catch(() => {});
    try {
      await this.fetchAll(choice).catch((error) => {
        if (!(error instanceof Changed)) throw error;
        this.got = 0;
        return this.fetchAll(choice); // it was published anew meanwhile: once more, by its new manifest
      });
      this.isLoading = false;
      await this.tellDone();
    } catch (error) {
      this.isLoading = false;
      if (error.name === "QuotaExceededError") await this.tellFull();
      else this.tellBroken(this.got, this.total);
    }
  }

  async fetchAll(choice) {
    const stop = (this.stop = new AbortController());
    const manifest = await this.manifest();
    const files = manifest.files.filter(isWanted(choice));
    this.total = weightOf(files);
    await this.requireRoom(files);
    const name = `module:${this.key}:${language}:${manifest.version}:${choice}`;
    const cache = await caches.open(name);
    await cache.put(WANTED, new Response(choice));
    const names = await cachesOf(this.key, language);
    const queue = files.values();
    const carry = async () => {
      for (const file of queue) await this.fetchFile(file, cache, names, stop.signal);
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, carry));
    } catch (error) {
      stop.abort(); // the others need not go on
      throw error;
    }
    await this.swap({ ...manifest, bytes: this.total, language, choice, cache: name, files: undefined }, files);
  }

  /** One put makes the new version the one in force; then the old one goes, and what was kept of its pages by visiting. */
  async swap(entry, files) {
    await shelve(entry);
    this.entry = entry;
    this.weight = entry.version === this.weight?.version ? this.weight : { ...this.weight, version: entry.version };
    for (const old of await cachesOf(this.key, language)) if (old !== entry.cache) await caches.delete(old);
    const visited = await caches.open("visited");
    for (const [url, , , kind] of files) if (kind === "page") await visited.delete(url, { ignoreSearch: true, ignoreVary: true });
  }

  async requireRoom(files) {
    if ((await this.left()) < this.total - (await this.here(files))) throw new DOMException("no room", "QuotaExceededError");
  }

  async fetchFile([url, bytes, sha256, kind], cache, names, stop) {
    const here = await this.same(url, sha256, names);
    if (here) await cache.put(url, here);
    else if (isExtra(kind) && bytes > PART) return this.fetchParts([url, bytes, sha256], cache, stop);
    else {
      const got = await get(url, { cache: kind === "page" ? "no-cache" : "default" }, stop);
      await this.keep(url, sha256, got.answer, got.body, cache);
    }
    this.count(bytes);
  }

  /** Fetch a long file in parts that stay where the connection breaks. */
  async fetchParts([url, bytes, sha256], cache, stop) {
    const parts = [];
    let answer;
    for (const from of partsOf(bytes)) {
      const to = Math.min(from + PART, bytes) - 1;
      const place = `${url}?part=${from}`;
      let body = await (await cache.match(place))?.arrayBuffer();
      if (!body) {
        ({ answer, body } = await get(url, { cache: "no-store", headers: { Range: `bytes=${from}-${to}` } }, stop));
        if (answer.status !== 206) throw new Error(`status ${answer.status}`);
        await cache.put(place, new Response(body, { headers: answer.headers }));
      }
      answer ??= await cache.match(place);
      parts.push(body);
      this.count(to - from + 1);
    }
    const whole = await new Blob(parts).arrayBuffer();
    for (const from of partsOf(bytes)) await cache.delete(`${url}?part=${from}`);
    await this.keep(url, sha256, answer, whole, cache);
  }

  async keep(url, sha256, answer, body, cache) {
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    if (crypto.subtle && (await digestOf(body)) !== sha256) throw new Changed(url);
    const headers = new Headers(answer.headers);
    for (const name of ["Content-Encoding", "Content-Length", "Content-Range"]) headers.delete(name);
    headers.set("X-Sha256", sha256);
    await cache.put(url, new Response(body, { headers }));
  }

  count(bytes) {
    this.got += bytes;
    const bar = this.bar.querySelector("progress");
    bar.max = this.total || 1;
    bar.value = this.got;
    const sentence = this.total ? words.loading.replace("%a", sized(this.got)).replace("%b", sized(this.total)) : "";
    bar.setAttribute("aria-label", sentence);
    this.bar.querySelector(".meta").textContent = sentence;
  }

  tellBroken(got, total) {
    this.isBroken = true;
    const left = total ? words.goOn.replace("%s", sized(total - got)) : words.again;
    const sentence = total ? words.broken.replace("%a", sized(got)).replace("%b", sized(total)) : words.noSignal;
    this.tell(sentence, [left, () => this.take(this.choice), ""], got > 0 && [words.discard, () => this.remove()]);
  }

  async tellDone(sentence) {
    const choice = this.entry.choice;
    const more = this.weight && !this.isSmall && choice !== "all" && cost(this.weight, "all") > cost(this.weight, choice);
    const label = more && words.add.replace("%s", sized(cost(this.weight, "all") - cost(this.weight, choice)));
    this.tell([sentence ?? words.done.replace("%s", sized(this.entry.bytes)), choice === "text" ? words.doneText : "", this.isSmall ? "" : await this.room()].filter(Boolean).join(" "), more && [label, () => this.take("all")], !this.isSmall && [words.remove, () => this.remove()]);
  }

  /** Return how many bytes the browser still lets us keep; Infinity where it does not say. */
  async left() {
    const told = await navigator.storage?.estimate?.().catch(() => undefined);
    return told?.quota ? told.quota - told.usage : Infinity;
  }

  async room() {
    const told = await navigator.storage?.estimate?.().catch(() => undefined);
    return told?.quota ? words.room.replace("%a", sized(told.usage)).replace("%b", sized(told.quota - told.usage)) : "";
  }

  /** A newer version is out: say what it costs to have it, which is what has changed. */
  async tellNewer() {
    const choice = this.entry.choice;
    const manifest = await this.manifest().catch(() => null);
    if (!manifest) return this.tellDone();
    const files = manifest.files.filter(isWanted(choice));
    const left = weightOf(files) - (await this.here(files));
    this.tell(words.newer, [words.update.replace("%s", sized(left)), () => this.take(choice), ""], !this.isSmall && [words.remove, () => this.remove()]);
  }

  /** Nothing half kept: what is in force stays, what was begun goes. */
  async tellFull() {
    for (const name of await cachesOf(this.key, language)) if (name !== this.entry?.cache) await caches.delete(name);
    if (this.entry) await this.tellDone(words.full);
    else await this.offer(words.full);
  }

  async remove() {
    const bytes = this.entry?.bytes;
    await takeDown(this.key, language);
    this.entry = undefined;
    const sentence = bytes ? words.removed.replace("%s", sized(bytes)) : words.ask;
    if (this.weight) await this.offer(sentence);
    else this.tell(sentence);
  }
}

async function beginCards() {
  const cards = [...document.querySelectorAll("[data-download]")].map((element) => new Card(element));
  if (!cards.length) return;
  try {
    if (!navigator.serviceWorker) throw new Error("no service worker");
    const soon = new Promise((go) => setTimeout(go, PATIENCE));
    const came = await Promise.race([import(words.visit).then((visit) => visit.worker).catch(() => {}), soon]); // the page has asked for it
    if (came instanceof DOMException) throw came; // this browser refuses one
    await caches.keys();
  } catch {
    for (const card of cards) card.say(words.none);
    return;
  }
  const keys = cards.map((card) => card.key).join();
  const weights = await json(`/api/bundles/?keys=${keys}&lang=${language}`).then(({ said }) => said.modules).catch(() => undefined);
  for (const card of cards) await card.begin(weights).catch(() => card.say(words.noSignal));
}

beginCards();
