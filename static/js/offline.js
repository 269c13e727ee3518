/* Reading without a signal begins with a service worker, where there is one. */

export function registerWorker() {
  navigator.serviceWorker?.register("/sw.js", { updateViaCache: "all" }).catch(() => {});
}
