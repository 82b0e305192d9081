/** What this tab knows: conversations, the list's order, threads; and how news is merged into it. */

import { get } from "./api.js";

const PAGE = 40;
const THREAD = 50;
const KEPT_THREADS = 60; // a thread of 50 messages is about 40 KB; older ones are fetched again

export const entryId = (entry) => entry.message_id ?? entry.note_id ?? entry.event_id;

const SORTS = {
  newest: (a, b) => (b.last_message_at ?? "").localeCompare(a.last_message_at ?? ""),
  oldest: (a, b) => (a.last_message_at ?? "").localeCompare(b.last_message_at ?? ""),
  waiting: (a, b) => (a.waiting_since_at ?? "9").localeCompare(b.waiting_since_at ?? "9"),
};

/** Say whether two conversations are one person's at different doors; threads of one contact in one inbox stay apart. */
export const isBeside = (one, other) => Boolean(one && other) && one !== other && one.contact.customer_id === other.contact.customer_id
  && (one.inbox.inbox_id !== other.inbox.inbox_id || one.contact.contact_id !== other.contact.contact_id);

/** Holds conversations by id, the visible order, and the threads already loaded. */
export class Store {
  constructor(me, filters) {
    this.me = me;
    this.filters = { tab: "mine", status: "open", sort: "newest", ...filters };
    this.known = new Map();
    this.order = [];
    this.cursor = null;
    this.counts = {};
    this.threads = new Map();
    this.loading = new Map();
  }

  query(cursor) {
    const asked = Object.entries(this.filters).filter(([, value]) => value);
    return new URLSearchParams([...asked, ["limit", PAGE], ...(cursor ? [["cursor", cursor]] : [])]).toString();
  }

  /** Load the list again from the top, or its next page. Throws ApiError. */
  async load(isMore = false) {
    this.abort?.abort();
    this.abort = new AbortController();
    const answer = await get(`/conversations?${this.query(isMore ? this.cursor : null)}`, this.abort.signal);
    for (const conversation of answer.conversations) this.learn(conversation);
    const ids = answer.conversations.map((each) => each.conversation_id);
    this.order = isMore ? [...this.order, ...ids.filter((id) => !this.order.includes(id))] : ids;
    this.cursor = answer.next_cursor;
    this.counts = answer.counts ?? this.counts;
  }

  /** Keep a conversation unless we already know a later version; return what we hold now. */
  learn(conversation) {
    const id = conversation.conversation_id;
    const held = this.known.get(id);
    if (held && held.contact.customer_id !== conversation.contact.customer_id) this.regroup(held);
    const isNews = !held || conversation.version >= held.version;
    this.known.set(id, isNews ? { ...held, ...conversation } : { ...conversation, ...held }); // what the older one says more is kept
    for (const each of conversation.doors ?? []) this.learn(each);
    return this.known.get(id);
  }

  /** Somebody turned out to be one person with another, or not: what was read across their doors is read again. */
  regroup(held) {
    for (const id of [...this.beside(held.conversation_id), held.conversation_id]) this.threads.delete(id);
    delete held.capabilities; // fetched again, with the doors
    delete held.doors;
  }

  /** Say whether a conversation belongs to the list as filtered; a search is the server's to judge. */
  belongs(c) {
    const f = this.filters;
    const holder = c.assignee?.person_id;
    if (f.q) return this.order.includes(c.conversation_id);
    return (f.status === "any" || c.status === f.status)
      && (f.tab === "all" || (f.tab === "mine" ? holder === this.me.person_id : !holder))
      && (!f.inbox_id || c.inbox.inbox_id === f.inbox_id) && (!f.channel || c.inbox.channel === f.channel)
      && (!f.tag || c.tags.includes(f.tag)) && (!f.assignee_id || holder === f.assignee_id)
      && (!f.unread || c.unread_count > 0) && (!f.waiting || Boolean(c.waiting_since_at));
  }

  /** Put a conversation where it now belongs in the order, or take it out. */
  place(id) {
    const conversation = this.known.get(id);
    this.order = this.order.filter((each) => each !== id);
    if (!conversation || !this.belongs(conversation)) return;
    const before = SORTS[this.filters.sort];
    const at = this.order.findIndex((other) => before(conversation, this.known.get(other)) < 0);
    // Behind the last loaded row of an unfinished list its true place is unknown; paging will bring it.
    if (at >= 0) this.order.splice(at, 0, id);
    else if (!this.cursor) this.order.push(id);
  }

  /** Forget a conversation that may no longer be seen. */
  forget(id) {
    for (const each of this.beside(id)) this.threads.delete(each);
    this.known.delete(id);
    this.threads.delete(id);
    this.order = this.order.filter((each) => each !== id);
  }

  /** Return the loaded thread, loading it once if need be. Throws ApiError. */
  thread(id) {
    if (this.threads.has(id)) return Promise.resolve(this.threads.get(id));
    if (!this.loading.has(id)) {
      const arriving = this.fetchThread(id).finally(() => this.loading.delete(id));
      this.loading.set(id, arriving);
    }
    return this.loading.get(id);
  }

  async fetchThread(id) {
    const missed = [];
    this.missed ??= new Map();
    this.missed.set(id, missed);
    try {
      const answer = await get(`/conversations/${id}/thread?limit=${THREAD}`);
      const thread = { entries: answer.entries, before: answer.before, reached: answer.reached_seq ?? 0 };
      this.threads.set(id, thread);
      for (const [seq, entries] of missed) if (seq > thread.reached) this.merge(id, entries);
      if (this.threads.size > KEPT_THREADS) this.threads.delete(this.threads.keys().next().value);
      return thread;
    } finally {
      this.missed.delete(id);
    }
  }

  /** Load what came before; returns the entries that were added. */
  async older(id) {
    const thread = this.threads.get(id);
    if (!thread?.before) return [];
    const answer = await get(`/conversations/${id}/thread?limit=${THREAD}&before=${encodeURIComponent(thread.before)}`);
    const held = new Set(thread.entries.map(entryId));
    const added = answer.entries.filter((entry) => !held.has(entryId(entry)));
    thread.entries.unshift(...added);
    thread.before = answer.before;
    return added;
  }

  /** Take in a change of the stream. Returns the entries that are new to the loaded thread. */
  apply(change) {
    const id = change.conversation.conversation_id;
    if (change.counts) this.counts = change.counts;
    if (change.conversation.gone) {
      this.forget(id);
      return [];
    }
    this.learn(change.conversation);
    this.place(id);
    for (const each of this.beside(id)) this.take(each, change.seq, (change.entries ?? []).filter((entry) => entry.type !== "activity"));
    return this.take(id, change.seq, change.entries ?? []);
  }

  /** Put what the stream told into one thread, loaded or on its way. */
  take(id, seq, entries) {
    this.missed?.get(id)?.push([seq, entries]);
    const thread = this.threads.get(id);
    return thread && seq > thread.reached ? this.merge(id, entries) : [];
  }

  /** Return the conversations of the same person at other doors whose threads are held or on their way. */
  beside(id) {
    const here = this.known.get(id);
    return [...new Set([...this.threads.keys(), ...this.loading.keys()])].filter((each) => isBeside(this.known.get(each), here));
  }

  /** Put entries into a loaded thread: known ones are replaced, new ones find their place by time. */
  merge(id, entries) {
    const thread = this.threads.get(id);
    if (!thread) return [];
    const added = [];
    for (const entry of entries) {
      const at = thread.entries.findIndex((each) => entryId(each) === entryId(entry));
      if (at >= 0) thread.entries[at] = entry;
      else {
        let place = thread.entries.length;
        while (place > 0 && thread.entries[place - 1].at > entry.at) place -= 1;
        thread.entries.splice(place, 0, entry);
        added.push(entry);
      }
    }
    return added;
  }

  /** After a gap that cannot be filled: keep nothing that may be stale. */
  reset() {
    this.threads.clear();
    for (const conversation of this.known.values()) conversation.version = -1;
  }
}
