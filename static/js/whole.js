/* A whole module on one page: pictures come as the reader comes near, and all of them before it is printed. */

import "./near.js";

const PATIENCE_OF_PAPER = 20000; // ms; what has not come by then is missing on paper
const press = document.querySelector("[data-print]");

press.hidden = false;
press.addEventListener("click", async () => {
  press.disabled = true;
  dispatchEvent(new Event("beforeprint")); // near.js brings every picture
  const all = Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await Promise.race([all, new Promise((go) => setTimeout(go, PATIENCE_OF_PAPER))]);
  press.disabled = false;
  print();
});
