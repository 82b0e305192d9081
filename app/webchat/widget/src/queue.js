/** What the visitor wrote and the server does not show yet: sent in order, again and again until it is there. */

import { dropBlob, getBlob, putBlob } from "./blobs.js";

const LONGEST_MS = 30_000;
const FRESH_MS = 10_000;
const WAITING = "waiting:";

/** Return an id that no other message has. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

export class Queue {
  /** `changed()` is called whenever what waits looks different. */
  constructor(api, keep, changed, onTerms) {
    Object.assign(this, { api, keep, changed, onTerms, isSending: false, fails: 0 });
    addEventListener("online", () => this.flush());
    keep.onChange(() => this.changed());
  }

  /** Return what waits, oldest first: {client_id, at, state: waiting | sent | failed, text, reply, quote, file, …}. */
  get items() {
    return this.keep.names(WAITING).map((name) => this.keep.get(name)).sort((a, b) => a.at - b.at);
  }

  /** Put a message at the end; `file` is a File. */
  async add(said, file, isVoice = false) {
    const item = { client_id: newId(), at: Date.now(), state: "waiting", ...said };
    if (file) {
      item.file = { filename: file.name, mime: file.type, size: file.size, is_voice: isVoice };
      await putBlob(item.client_id, file);
    }
    this.put(item);
    this.flush();
    return item;
  }

  /** Forget what the server shows by now. */
  settle(clientIds) {
    const gone = this.items.filter((each) => clientIds.has(each.client_id));
    for (const { client_id: id, file } of gone) {
      if (file) dropBlob(id);
      this.keep.set(WAITING + id, null);
    }
    if (gone.length) this.changed();
  }

  /** Try a message again that was refused. */
  retry(clientId) {
    this.update(clientId, { state: "waiting", problem: null });
    this.flush();
  }

  /** Give a message up. */
  drop(clientId) {
    this.settle(new Set([clientId]));
  }

  /** Send what waits; one at a time, so that the order stays. */
  async flush() {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.timer);
    try {
      for (let item; (item = this.items.find((each) => this.isDue(each))); ) await this.send(item);
      this.fails = 0;
    } catch (error) {
      this.fails += 1;
      if (error.facts?.consent) return void (this.isSending = false); // whoever agrees sends on
      const wait = Math.max(error.retryAfter ?? 0, Math.min(LONGEST_MS / 1000, 2 ** this.fails) * (0.5 + Math.random() / 2));
      this.timer = setTimeout(() => this.flush(), wait * 1000);
    }
    this.isSending = false;
  }

  isDue(item) {
    return item.state === "waiting" || (item.state === "sent" && Date.now() - item.sent_at > FRESH_MS * 6);
  }

  async send(item) {
    try {
      const ticket = item.file ? await this.upload(item) : undefined;
      const { client_id, text, reply, quote, page, greeting } = item;
      await this.api.call("POST", "messages", { client_id, text, reply, reply_to: quote?.id, page, greeting, ticket });
      this.update(item.client_id, { state: "sent", sent_at: Date.now() });
    } catch (error) {
      if (error.isPassing) throw error;
      if (error.facts?.consent) {
        await this.onTerms();
        throw error; // it waits until they are agreed to
      }
      this.update(item.client_id, { state: "failed", problem: error.code || "trouble" });
    }
  }

  async upload(item) {
    if (item.ticket) return item.ticket;
    const file = await getBlob(item.client_id);
    if (!file) throw Object.assign(new Error("gone"), { code: "gone" });
    const form = new FormData();
    form.append("is_voice", item.file.is_voice ? "1" : "0");
    form.append("file", file, item.file.filename);
    const taken = await this.api.call("POST", "files", form);
    this.update(item.client_id, { ticket: taken.ticket });
    return taken.ticket;
  }

  update(clientId, changes) {
    const known = this.keep.get(WAITING + clientId);
    if (known) this.put({ ...known, ...changes });
  }

  put(item) {
    this.keep.set(WAITING + item.client_id, item);
    this.changed();
  }
}
