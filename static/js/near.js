/* What is fetched as the reader comes near it: pictures. Where data is saved they wait for a tap. */

const PICTURE = "200px 0px"; // a browser's own lazy loading begins up to 2,500 pixels ahead
const look = document.documentElement.classList;

/** Whether data is saved: by the reader's own switch (look.js), else by what the browser says of its connection. */
export function isSaving() {
  const line = navigator.connection ?? {};
  return look.contains("saver") || (!look.contains("full") && (line.saveData || /2g/.test(line.effectiveType)));
}

/** Do `work` once, when one of these elements comes within `margin` of the screen; it is given that element. */
export function whenNear(elements, margin, work) {
  const watch = new IntersectionObserver((seen) => seen.forEach((one) => {
    if (!one.isIntersecting) return;
    watch.unobserve(one.target);
    work(one.target);
  }), { rootMargin: margin });
  for (const one of elements) watch.observe(one);
}

/** Put a picture where its place stands. Its markup is the page's own, kept from browsers that run scripts. */
function bring(place) {
  const source = place.nextElementSibling;
  if (!source) return; // it is there already
  place.outerHTML = source.textContent;
  source.remove();
}

const places = [...document.querySelectorAll(".place")];
if (!isSaving()) whenNear(places, PICTURE, bring);
else for (const place of places) if (place.textContent) place.addEventListener("click", (event) => {
  event.preventDefault();
  bring(place);
});
addEventListener("beforeprint", () => places.forEach(bring));
