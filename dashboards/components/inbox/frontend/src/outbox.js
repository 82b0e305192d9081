/** What was typed is never lost: drafts and unsent replies live in the browser until the server has them. */

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise; // storage is full, forbidden or holds another version's shape: start empty
  }
}

function write(key, value) {
  try {
    if (value === null || value === "") localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false; // private windows may refuse; the text is still in the page
  }
}

/** Remember small choices of this person in this browser. */
export const remembered = (name, otherwise) => read(`prosa.${name}`, otherwise);
export const remember = (name, value) => write(`prosa.${name}`, value);

/** Drafts by conversation, and replies on their way as bubbles that look like entries. */
export class Outbox {
  constructor(me) {
    this.me = me;
    this.drafts = new Map();
    this.pendingKey = `pending.${me.person_id}`;
    this.pending = remembered(this.pendingKey, []).map((each) => ({ ...each, delivery_status: "unsent" }));
  }

  draftKey(id) {
    return `draft.${this.me.person_id}.${id}`;
  }

  /** Return the draft of a conversation or null; storage is read once, as the list asks for every row. */
  draft(id) {
    if (!this.drafts.has(id)) this.drafts.set(id, remembered(this.draftKey(id), null));
    return this.drafts.get(id);
  }

  keep(id, draft) {
    this.drafts.set(id, draft?.text || draft?.reply_to ? draft : null);
    remember(this.draftKey(id), this.drafts.get(id));
  }

  /** Return the bubbles of one conversation that the server does not have yet. */
  of(id) {
    return this.pending.filter((each) => each.conversation_id === id);
  }

  save() {
    remember(this.pendingKey, this.pending.length ? this.pending : null);
  }

  /** Make a bubble for a reply or a note; its client_id is the key that makes sending twice harmless. */
  add(id, kind, body, shown) {
    const client_id = crypto.randomUUID?.() ?? `${Date.now().toString(16)}-${Math.random().toString(16).slice(2)}`;
    const bubble = {
      type: kind === "note" ? "note" : "message", message_id: `unsent:${client_id}`, client_id, conversation_id: id, direction: "outbound", kind: body.kind ?? "text",
      text: body.text ?? null, media: [], reactions: [], reply_to: null, at: new Date().toISOString(), body: { ...body, client_id },
      author: { kind: "agent", person_id: this.me.person_id, name: this.me.name }, delivery_status: "sending", ...shown,
    };
    this.pending.push(bubble);
    this.save();
    return bubble;
  }

  remove(client_id) {
    this.pending = this.pending.filter((each) => each.client_id !== client_id);
    this.save();
  }

  /** The stream may be faster than the answer: drop the bubble that an arriving entry of ours stands for. */
  settle(id, entries) {
    for (const entry of entries) {
      const isOurs = entry.author?.person_id === this.me.person_id && (entry.direction === "outbound" || entry.type === "note");
      const twin = isOurs && this.of(id).find((each) => each.client_id === entry.client_id
        || (each.delivery_status === "sending" && each.type === entry.type && (each.text ?? "") === (entry.text ?? "") && Date.parse(entry.at) > Date.parse(each.at) - 60_000));
      if (twin) this.remove(twin.client_id);
    }
  }
}
