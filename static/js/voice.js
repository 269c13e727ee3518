/* A voice note as an answer, where the browser records: webm or mp4, its length and size told, ten minutes at most. */

const LONGEST_NOTE = 600; // seconds
const LARGEST_NOTE = 2900000; // bytes
const BITRATE = 24000; // bits a second: speech is clear, a minute is 180 kB
const FORMS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** Show the button of `place`; what was recorded goes to `take(blob, name)`. */
export function offerVoice(place, words, take) {
  const type = FORMS.find((form) => self.MediaRecorder?.isTypeSupported(form));
  if (!type || !navigator.mediaDevices) return;
  const button = place.querySelector("button");
  const told = place.querySelector("[role=status]");
  let recorder = null;
  place.hidden = false;
  button.addEventListener("click", async () => {
    if (recorder) return recorder.stop();
    try {
      recorder = await listen(type, (seconds, bytes) => {
        told.textContent = words.recording.replace("%n", seconds).replace("%k", Math.ceil(bytes / 1000));
      });
    } catch {
      told.textContent = words.noMicrophone;
      return;
    }
    button.textContent = words.stop;
    recorder.done.then((blob) => {
      recorder = null;
      button.textContent = words.record;
      told.textContent = "";
      take(blob, `voice.${blob.type.includes("webm") ? "webm" : blob.type.includes("ogg") ? "ogg" : "m4a"}`);
    });
  });
}

/** Record until it is stopped or full. */
async function listen(type, tick) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITRATE });
  const parts = [];
  const start = Date.now();
  let bytes = 0;
  recorder.addEventListener("dataavailable", ({ data }) => {
    parts.push(data);
    bytes += data.size;
    const seconds = Math.round((Date.now() - start) / 1000);
    tick(seconds, bytes);
    if (recorder.state === "recording" && (seconds >= LONGEST_NOTE || bytes >= LARGEST_NOTE)) recorder.stop();
  });
  recorder.done = new Promise((resolve) => recorder.addEventListener("stop", () => {
    for (const track of stream.getTracks()) track.stop();
    resolve(new Blob(parts, { type: type.split(";")[0] }));
  }));
  recorder.start(1000);
  return recorder;
}
