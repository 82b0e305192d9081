/** Pictures that were sent at once are one thing to look at: neighbours of one album become one entry with a grid. */

const AT_ONCE_MS = 10_000; // a phone sends what was chosen together within seconds
const PICTURES = new Set(["image", "video"]);
const UNEASY = new Set(["failed", "unresolved", "unsent", "sending", "queued"]);

/** Say whether an entry may stand in a grid: a picture that came through, with nothing else to say of it. */
const isPlain = (entry) => entry.type === "message" && PICTURES.has(entry.kind) && entry.media?.length > 0 && !entry.is_revoked && !entry.client_id
  && !entry.reactions?.length && !UNEASY.has(entry.delivery_status);

/** Say whether an entry goes on with the album that another began; who names no album says it by sending at once. */
function isMore(entry, first, last) {
  if (!isPlain(first) || !isPlain(entry) || entry.reply_to || entry.direction !== first.direction || entry.conversation_id !== first.conversation_id) return false;
  if (entry.author?.name !== first.author?.name || entry.delivery_status !== first.delivery_status) return false;
  if (entry.album || first.album) return entry.album === first.album;
  return !entry.text && Date.parse(entry.at) - Date.parse(last.at) < AT_ONCE_MS;
}

/** Return the entries with each album as one entry: the first one's, with the files and texts of all; `members` are they. */
export function together(entries) {
  const shown = [];
  let run = [];
  const close = () => {
    if (run.length > 1) shown.push({ ...run[0], at: run.at(-1).at, text: run.map((each) => each.text).filter(Boolean).join("\n") || null, media: run.flatMap((each) => each.media), members: run });
    else shown.push(...run);
  };
  for (const entry of entries) {
    if (run.length && isMore(entry, run[0], run.at(-1))) run.push(entry);
    else {
      close();
      run = [entry];
    }
  }
  close();
  return shown;
}
