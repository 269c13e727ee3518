/* Reading without a signal begins with a service worker, where there is one. */

/** Ask for the worker; the fault where it does not come, which is a `DOMException` where this browser refuses one. */
export async function registerWorker() {
  return navigator.serviceWorker?.register("/sw.js", { updateViaCache: "all" }).catch((fault) => fault);
}
