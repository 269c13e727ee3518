/* Reading without a signal begins with a service worker: asked for once the page has come, where there is one. */

export function registerWorker() {
  const register = () => navigator.serviceWorker?.register("/sw.js").catch(() => {});
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
