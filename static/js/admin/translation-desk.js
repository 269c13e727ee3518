// wagtail-localize's editor puts its heading together in English, whatever language the admin is in: say it as the
// page does. The editor writes the words once and never again, so nothing is taken out of its hands.
const { said, english } = document.querySelector("[data-translation-heading]").dataset;
const walker = document.createTreeWalker(document.querySelector(".js-translation-editor"), NodeFilter.SHOW_TEXT);

function say() {
  while (walker.nextNode()) if (walker.currentNode.data === english) walker.currentNode.data = said;
}

if (document.readyState === "complete") say();
else addEventListener("load", say);
