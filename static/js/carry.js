/* How work that is handed in travels: words, photos and voice notes in parts, the report itself.
 *
 * Fetched by outbox.js when such a thing waits. It keeps no state and imports nothing: what it needs is lent.
 */

const PART = 32768; // bytes: thirteen seconds at 20 kbit/s, within the time-out of one request

const post = (lent, method, path, body) => lent.request(`/api/submissions/${path}`, {
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ ...body, sent_at: new Date().toISOString() }),
});

/** Words of a draft. That they met others is no fault: both are kept, and the page says so. */
async function draft(item, lent) {
  const result = await post(lent, "PUT", `${item.key}/draft/`, {
    id: item.id, enrolment: item.owner, at: item.at, answers: item.answers, base: item.base, device: lent.device(), settles: item.settles,
  });
  const status = result.code === "both_changed" ? "ok" : result.status;
  return { ...result, status, answers: item.answers, server: result.answers };
}

/** A photo or voice note: announced, then part by part from where the server has it. */
async function file(item, lent) {
  let kept;
  try {
    kept = await lent.transact("files", "readonly", (store) => store.get(item.id));
  } catch {
    return unread(item, lent);
  }
  if (!kept) return missing(item, lent);
  let result = await post(lent, "POST", `${item.key}/files/`, {
    id: item.id, enrolment: item.owner, at: item.at, prompt: item.prompt, bytes: kept.blob.size, sha256: item.sha256, type: item.type,
    kind: item.type.startsWith("image/") ? "photo" : "recording",
  });
  while (result.state === "arriving") {
    const start = result.received;
    result = await lent.request(`/api/submissions/files/${item.id}/?offset=${start}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/octet-stream" },
      body: kept.blob.slice(start, start + PART),
    });
    if (result.status === "retry" || result.status === "rejected") break;
  }
  if (result.state === "done") {
    await lent.forget("files", [item.id]);
    return { id: item.id, status: "ok" };
  }
  return { ...result, id: item.id };
}

const standing = (item, lent, options) => lent.request(`/api/submissions/files/${item.id}/`, options);

/** A file that could not be read now: it waits, unless it arrived and only the word of it was lost. */
async function unread(item, lent) {
  try {
    const there = await standing(item, lent);
    return { ...there, id: item.id, status: there.state === "arriving" ? "retry" : there.status };
  } catch (fault) {
    if (fault.status === 404) return { id: item.id, status: "retry" };
    throw fault;
  }
}

/** A file that is not on this phone any more: it arrived, or it never will. The server says so in words, also by 404. */
async function missing(item, lent) {
  const there = await standing(item, lent);
  if (there.state !== "arriving") return { ...there, id: item.id };
  const given = await standing(item, lent, { method: "DELETE" }); // what came of it is of no use
  return { ...given, id: item.id, status: "rejected" };
}

/** A photo or voice note taken off again. */
async function removal(item, lent) {
  try {
    const result = await lent.request(`/api/submissions/files/${item.file}/`, { method: "DELETE" });
    return { ...result, id: item.id };
  } catch (fault) {
    if (fault.status === 404) return { id: item.id, status: "ok" };
    throw fault;
  }
}

/** The whole report. One that names a file which will never arrive is refused, with the reason; its words are on the server. */
async function handin(item, lent) {
  const result = await post(lent, "POST", `${item.key}/hand-in/`, {
    id: item.id, enrolment: item.owner, at: item.at, answers: item.answers, files: item.files, base: item.base, device: lent.device(),
  });
  if (result.code !== "files_missing") return result;
  const waiting = (await lent.all("outbox")).map(({ id }) => id);
  const gone = item.files.filter((id) => !waiting.includes(id));
  const told = (await lent.all("refused")).find(({ id }) => gone.includes(id));
  return gone.length ? { ...result, status: "rejected", why: told?.why ?? result.why } : result;
}

const HOPELESS = [400, 404, 422]; // what the server will say each time; the rest may pass

/** Carry one thing and return what became of it: `{id, status, why}`. Raises what the request raised, if it may pass.
 *
 * What is hopeless holds up nothing that waits behind it. A portal's page has no reason of ours, and counts as not sent.
 */
export async function carry(item, lent) {
  try {
    return await { draft, file, removal, handin }[item.kind](item, lent);
  } catch (fault) {
    if (fault.status === 500 && item.kind === "file") return { id: item.id, status: "retry" }; // holds up no report but its own
    if (!HOPELESS.includes(fault.status)) throw fault;
    const told = await fault.json().catch(() => ({}));
    if (!told.code || !told.why) throw fault;
    return { id: item.id, status: "rejected", ...told };
  }
}
