/* What a phone keeps until the server has it: a small shelf a purpose, in IndexedDB, and in localStorage where that fails.
 *
 * A thing on a shelf has an `id` made on the phone and an `owner`, the enrolment it belongs to. What `keep` has answered
 * with true survives a killed browser and an empty battery. Files are kept in IndexedDB only: text is all that
 * localStorage holds.
 */

export const SHELVES = ["outbox", "refused", "sent", "drafts", "files"];
const LOCAL = "terrace-kept:";
const PATIENCE = 2000; // ms; some engines never answer when their database is broken
let opening;

/** Read one value of localStorage; `otherwise` where there is none, or no storage. */
export function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Write one value into localStorage and tell whether it is there. */
export function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** The names in localStorage that begin so; none where there is no storage. */
export function keysOf(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

/** An id that no other phone makes: before iOS 15.4 the one that a browser gives to a new blob. */
export function newId() {
  return crypto.randomUUID?.() ?? URL.createObjectURL(new Blob()).slice(-36);
}

function database() {
  return (opening ??= new Promise((resolve, reject) => {
    setTimeout(reject, PATIENCE);
    const request = indexedDB.open("terrace", 1);
    request.onupgradeneeded = () => SHELVES.forEach((shelf) => request.result.createObjectStore(shelf, { keyPath: "id" }));
    request.onerror = reject;
    request.onsuccess = () => {
      request.result.onclose = () => { opening = null; };
      request.result.onversionchange = () => request.result.close();
      resolve(opening = request.result); // also when it comes after all were told that there is none
    };
  }));
}

/** Do `work` with one shelf, whole or not at all; its request's result. Raises where there is no database. */
export async function transact(shelf, mode, work) {
  const transaction = (await database()).transaction(shelf, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    const request = work(transaction.objectStore(shelf));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = reject;
  });
}

/** Take things out of localStorage. */
function unwrite(shelf, ids) {
  try {
    for (const id of ids) localStorage.removeItem(`${LOCAL}${shelf}:${id}`);
  } catch {
    // no storage: nothing stood there
  }
}

/** Put things on a shelf, or in the place of those with their ids; tell whether all of them are kept. */
export async function keep(shelf, ...items) {
  try {
    await transact(shelf, "readwrite", (store) => items.forEach((item) => store.put(item)));
    unwrite(shelf, items.map(({ id }) => id)); // from when the database had failed
    return true;
  } catch {
    return shelf !== "files" && items.every((item) => write(`${LOCAL}${shelf}:${item.id}`, item));
  }
}

/** Everything on a shelf, in the order in which it was done. */
export async function all(shelf) {
  const found = keysOf(`${LOCAL}${shelf}:`).map((key) => read(key)).filter(Boolean); // another tab may forget meanwhile
  try {
    found.push(...(await transact(shelf, "readonly", (store) => store.getAll())));
  } catch {
    // no database: what there is stands in localStorage
  }
  return found.sort((one, other) => one.seq - other.seq);
}

/** Take things off a shelf. */
export async function forget(shelf, ids) {
  unwrite(shelf, ids);
  try {
    await transact(shelf, "readwrite", (store) => ids.forEach((id) => store.delete(id)));
  } catch {
    // no database: nothing stood there
  }
}
