// Hands the editor a clean copy of what is pasted, and says beside it what it could not take.
import { cleanPaste } from "./clean-paste.js";

const OURS = /data-offset-key|draftjs-conductor/; // copied within an editor: it knows better than we do
const words = document.getElementById("paste-words")?.dataset ?? {};
const handed = new WeakSet();

document.addEventListener(
  "paste",
  (event) => {
    const editor = event.target.closest?.(".public-DraftEditor-content");
    const html = event.clipboardData?.getData("text/html");
    if (!editor || !html || handed.has(event) || OURS.test(html)) return;
    const clean = cleanPaste(html);
    if (!clean.html && !clean.pictures) return; // nothing that we understand: the editor may try
    event.preventDefault();
    event.stopImmediatePropagation();
    if (clean.html) hand(event, clean.html);
    tell(editor, clean);
  },
  true,
);

function hand(event, html) {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", event.clipboardData.getData("text/plain"));
  const copy = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  handed.add(copy);
  event.target.dispatchEvent(copy);
}

function tell(editor, { pictures, tables }) {
  const place = editor.closest(".Draftail-Editor__wrapper") ?? editor.closest(".DraftEditor-root");
  place.parentNode.querySelector(":scope > [data-paste-said]")?.remove();
  const said = [
    pictures ? words.pictures?.replace("{count}", pictures) : "",
    tables ? words.tables?.replace("{count}", tables) : "",
  ].filter(Boolean);
  if (!said.length) return;
  const note = document.createElement("p");
  note.className = "help-block help-warning";
  note.setAttribute("role", "status");
  note.dataset.pasteSaid = "";
  note.textContent = said.join(" ");
  place.after(note);
}
