/* What waits to be sent, in words: the page's own, which templates/components/kinds.html gives to an element. */

/** What a thing is. */
export function kindOf(item, words) {
  const name = item.event?.verb ?? (item.kind === "file" ? item.type.split("/")[0] : item.kind);
  return words[name] ?? words.other;
}

/** When it was done, written as people do. */
export function momentOf(item) {
  const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // as the server writes it
  return new Date(item.at).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
}
