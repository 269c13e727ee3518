/* A voice note as an answer, where the browser records: webm or mp4, its length and size told, ten minutes at most. */

const LONGEST_NOTE = 600; // seconds
const LARGEST_NOTE = 2900000; // bytes
const BITRATE = 24000; // bits a second: speech is clear, a minute is 180 kB
const FORMS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const REFUSED = ["NotAllowedError", "SecurityError"];

const notes = new Set(); // what is being recorded now: a promise that ends when it is kept

/** Stop recording, if somebody speaks, and return when all is kept. */
export async function endNotes() {
  for (const note of notes) stopNote(note);
  await Promise.all([...notes].map((note) => note.kept));
}

function stopNote(note) {
  if (note.recorder?.state === "recording") note.recorder.stop();
}

/** Show the button of `place`; what was recorded goes to `take(blob, name, seconds)`, which tells whether it is kept. */
export function offerVoice(place, words, take) {
  const type = FORMS.find((form) => self.MediaRecorder?.isTypeSupported(form));
  if (!type || !navigator.mediaDevices) return;
  const button = place.querySelector("button");
  const told = place.querySelector("[role=status]");
  let note = null;
  place.hidden = false;
  button.addEventListener("click", async () => {
    if (note) return stopNote(note);
    note = {};
    try {
      note.recorder = await listen(type, (seconds, bytes) => {
        told.textContent = words.recording.replace("%n", seconds).replace("%k", Math.ceil(bytes / 1000));
      });
    } catch (fault) {
      note = null;
      told.textContent = REFUSED.includes(fault.name) ? words.noMicrophone : words.noSound;
      return;
    }
    button.textContent = words.stop;
    note.kept = keepNote();
    notes.add(note);
  });

  async function keepNote() {
    const spoken = await note.recorder.spoken;
    const name = `voice.${spoken.blob.type.includes("webm") ? "webm" : spoken.blob.type.includes("ogg") ? "ogg" : "m4a"}`;
    const isKept = spoken.blob.size > 0 && (await take(spoken.blob, name, spoken.seconds));
    notes.delete(note);
    note = null;
    button.textContent = words.record;
    told.textContent = spoken.blob.size ? "" : words.noSound;
    if (spoken.blob.size && !isKept) told.replaceChildren(words.notKept, " ", Object.assign(document.createElement("a"), { download: name, href: URL.createObjectURL(spoken.blob), textContent: words.saveNote }));
  }
}

/** Record until it is stopped or full. */
async function listen(type, tick) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITRATE });
  const parts = [];
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  let bytes = 0;
  recorder.addEventListener("dataavailable", ({ data }) => {
    parts.push(data);
    bytes += data.size;
    if (recorder.state !== "recording") return;
    tick(seconds(), bytes);
    if (seconds() >= LONGEST_NOTE || bytes >= LARGEST_NOTE) recorder.stop();
  });
  recorder.spoken = new Promise((resolve) => recorder.addEventListener("stop", () => {
    for (const track of stream.getTracks()) track.stop();
    resolve({ blob: new Blob(parts, { type: type.split(";")[0] }), seconds: seconds() });
  }));
  recorder.start(1000);
  return recorder;
}

// A phone that is put away, or another app that comes before this one, would end the recording without a word.
document.addEventListener("visibilitychange", () => document.hidden && endNotes());
addEventListener("beforeunload", (event) => notes.size && event.preventDefault());
