/* Which modules are on this phone: in the cache "shelf" one entry each, naming the cache that holds its files.
 *
 * The entry decides: a new version is fetched beside the old one and takes its place by one put.
 */

const SHELF = "shelf";
const place = (key, language) => `/shelf/${language}/${key}`;

export const cachesOf = async (key, language) =>
  (await caches.keys()).filter((name) => name.startsWith(`module:${key}:${language}:`));

export async function shelved() {
  const shelf = await caches.open(SHELF);
  return Promise.all((await shelf.keys()).map(async (at) => (await shelf.match(at)).json()));
}

export async function entryOf(key, language) {
  return (await (await caches.open(SHELF)).match(place(key, language)))?.json();
}

export async function shelve(entry) {
  await (await caches.open(SHELF)).put(place(entry.key, entry.language), new Response(JSON.stringify(entry)));
}

export async function takeDown(key, language) {
  await (await caches.open(SHELF)).delete(place(key, language));
  for (const name of await cachesOf(key, language)) await caches.delete(name);
}

/** Say bytes for people: kB below a million, else MB with one decimal, or GB. */
export function sized(bytes) {
  if (bytes <= 999000) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
