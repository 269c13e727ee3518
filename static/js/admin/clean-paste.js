// What is pasted from Word, WPS, WeChat or a web page, made into the few things that our texts have: paragraphs, lists
// with their levels, bold, italic, links. Pure: HTML in, HTML and a count of what was left out; nothing is fetched.

const BLOCKS = new Set("P DIV SECTION ARTICLE BLOCKQUOTE PRE H1 H2 H3 H4 H5 H6 DL DT DD FIGURE FIGCAPTION CENTER".split(" "));
const LOST = new Set("STYLE SCRIPT META LINK TITLE XML HEAD SVG IFRAME VIDEO AUDIO OBJECT TEMPLATE NOSCRIPT MPVOICE".split(" "));
const SPACES = "[ \\t\\r\\n\\u00a0\\u3000\\u2002\\u2003\\u200b\\ufeff]";
const NUMBER = /^[（(]?(?:\d+|[a-z]|[ivx]+|[一二三四五六七八九十]+)[.)、．）]/i;
const LINK = /^(?:https?:|mailto:|tel:)/i;

export function cleanPaste(source) {
  const page = new DOMParser().parseFromString(fragment(source), "text/html"); // inert: loads nothing, runs nothing
  const made = { blocks: [], pictures: 0, tables: 0 };
  walk(page.body, { made, looks: [], list: null });
  return { html: written(made.blocks.filter((block) => plain(block.html))), pictures: made.pictures, tables: made.tables };
}

// Word marks what was chosen; the rest of what it sends is styles.
function fragment(source) {
  const found = /<!--StartFragment-->([\s\S]*)<!--EndFragment-->/.exec(source);
  return (found ? found[1] : source).replace(/<!\[(?:if [^\]]*|endif)\]>/g, "");
}

function walk(node, context) {
  for (const child of [...node.childNodes]) {
    if (child.nodeType === Node.TEXT_NODE) add(context, child.data);
    else if (child.nodeType === Node.ELEMENT_NODE) element(child, context);
  }
}

function element(node, context) {
  const name = node.tagName.toUpperCase();
  if (LOST.has(name) || /mso-list:\s*ignore/i.test(style(node)) || /display:\s*none|mso-hide/i.test(style(node))) return;
  if (name === "IMG" || name === "V:IMAGEDATA") context.made.pictures += 1;
  else if (name === "BR") lineBreak(context);
  else if (name === "TABLE") table(node, context);
  else if (name === "UL" || name === "OL") list(node, name === "OL", context);
  else if (name === "LI") block(node, context, { ...(context.list ?? { ordered: false, depth: 0 }) });
  else if (BLOCKS.has(name)) block(node, context, wordItem(node) ?? context.item ?? null);
  else inline(node, name, context);
}

// A list of Word is a row of paragraphs, each with its level in its style and its bullet in its text.
function wordItem(node) {
  const level = /mso-list:\s*l\d+\s+level(\d+)/i.exec(style(node));
  if (!level) return null;
  const mark = [...node.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(style(span)));
  return { depth: Math.min(Number(level[1]) - 1, 4), ordered: NUMBER.test(mark?.textContent.trim() ?? "") };
}

function block(node, context, item) {
  const isHeading = /^H[1-6]$/i.test(node.tagName) || /^Mso(?:Title|Heading)/i.test(node.className ?? "");
  start(context, item);
  walk(node, { ...context, item, looks: isHeading ? ["b"] : context.looks });
  start(context, context.item ?? null);
}

function list(node, ordered, context) {
  const depth = context.list ? Math.min(context.list.depth + 1, 4) : 0;
  for (const child of node.children) {
    if (/^(?:UL|OL)$/i.test(child.tagName)) list(child, child.tagName.toUpperCase() === "OL", { ...context, list: { ordered, depth } });
    else element(child, { ...context, list: { ordered, depth }, item: { ordered, depth } });
  }
  start(context, context.item ?? null);
}

function table(node, context) {
  context.made.tables += 1;
  for (const row of node.rows) {
    const cells = [...row.cells].map((cell) => cell.textContent.replace(/\s+/g, " ").trim()).filter(Boolean);
    start(context, null);
    add({ ...context, looks: [] }, cells.join(" | "));
    context.made.pictures += row.querySelectorAll("img").length;
  }
  start(context, null);
}

function inline(node, name, context) {
  const looks = [...context.looks];
  const weight = /(?:^|[;\s])font-weight:\s*(\w+)/i.exec(style(node))?.[1];
  const isBold = weight ? /bold|[6-9]00/i.test(weight) : name === "B" || name === "STRONG";
  if (isBold && !looks.includes("b")) looks.push("b");
  if ((name === "I" || name === "EM" || /font-style:\s*italic/i.test(style(node))) && !looks.includes("i")) looks.push("i");
  const href = name === "A" ? node.getAttribute("href") ?? "" : "";
  walk(node, { ...context, looks, href: LINK.test(href) ? href : context.href });
}

function start(context, item) {
  const last = context.made.blocks.at(-1);
  if (last && !plain(last.html)) context.made.blocks.pop();
  context.made.blocks.push({ item, html: "", breaks: 0 });
}

function lineBreak(context) {
  const last = context.made.blocks.at(-1);
  if (!last || !plain(last.html)) return;
  last.breaks += 1;
  if (last.breaks > 1) start(context, last.item);
}

function add(context, data) {
  const text = data.replace(/[\t\r\n ]+/g, " ").replace(/[\u00a0]/g, " ").replace(/[\u200b\ufeff]/g, "");
  if (!text) return;
  if (!context.made.blocks.length) start(context, context.item ?? null);
  let last = context.made.blocks.at(-1);
  if (last.breaks && /^(?:\u3000| {2})/.test(text)) {
    start(context, last.item); // a soft break before an indent is a new paragraph
    last = context.made.blocks.at(-1);
  } else if (last.breaks && text.trim()) {
    last.html += "<br>";
  }
  if (text.trim()) last.breaks = 0;
  let html = escape(text);
  if (text.trim()) for (const look of context.looks) html = `<${look}>${html}</${look}>`;
  if (context.href && text.trim()) html = `<a href="${escape(context.href)}">${html}</a>`;
  last.html += html;
}

function written(blocks) {
  let html = "";
  const open = [];
  const close = (depth) => {
    while (open.length > depth) html += `</li></${open.pop()}>`;
  };
  for (const { item, html: inner } of blocks) {
    const words = trimmed(inner);
    if (!item) {
      close(0);
      html += `<p>${words}</p>`;
      continue;
    }
    const tag = item.ordered ? "ol" : "ul";
    close(item.depth + 1);
    if (open.length === item.depth + 1 && open.at(-1) !== tag) close(item.depth);
    if (open.length === item.depth + 1) html += "</li>";
    while (open.length < item.depth + 1) {
      html += open.length && html.endsWith(`<${open.at(-1)}>`) ? `<li><${tag}>` : `<${tag}>`;
      open.push(tag);
    }
    html += `<li>${words}`;
  }
  close(0);
  return html;
}

function trimmed(html) {
  return html
    .replace(/<\/(b|i)><\1>/g, "")
    .replace(new RegExp(`^((?:<[^>]+>)*)${SPACES}+`), "$1")
    .replace(new RegExp(`${SPACES}+((?:</[^>]+>)*)$`), "$1")
    .replace(/ {2,}/g, " ");
}

function plain(html) {
  return html.replace(/<[^>]+>/g, "").replace(new RegExp(SPACES, "g"), "");
}

function style(node) {
  return node.getAttribute?.("style") ?? "";
}

function escape(text) {
  return text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
}
