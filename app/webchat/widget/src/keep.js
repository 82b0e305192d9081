/**
 * What outlives a page: who the visitor is, what was not sent yet, how far they read. Shared by all tabs of a site.
 *
 * Each thing, and each message that waits, has a key of its own: tabs may live in different processes, whose views of
 * the store differ for a moment, so two that wrote one list would undo each other.
 */

const SHOWN_AT_ONCE = 40;

/** One visitor's belongings in localStorage; where a browser forbids it, as long as the page. */
export class Keep {
  constructor(connection, userId) {
    this.prefix = `prosa-chat:${connection}:${userId ?? ""}:`;
    this.memory = new Map();
    this.listeners = [];
    addEventListener("storage", (event) => event.key?.startsWith(this.prefix) && this.listeners.forEach((tell) => tell()));
  }

  /** Return a thing, null where there is none. */
  get(name) {
    if (this.memory.has(name)) return this.memory.get(name);
    try {
      return JSON.parse(localStorage.getItem(this.prefix + name));
    } catch {
      return null;
    }
  }

  /** Keep a thing; null forgets it. */
  set(name, value) {
    this.memory.delete(name);
    try {
      if (value === null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      this.memory.set(name, value); // a full or forbidden store: this page goes on with what it holds
    }
  }

  /** Return the names of all things that begin with some letters. */
  names(letters = "") {
    const found = [...this.memory.keys()];
    try {
      found.push(...Object.keys(localStorage).filter((key) => key.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length)));
    } catch {
      // What is in memory is all there is.
    }
    return [...new Set(found)].filter((name) => name.startsWith(letters) && this.get(name) !== null);
  }

  /** Take over what a stranger kept who now turned out to be this customer. */
  adopt(connection) {
    const stranger = new Keep(connection, null);
    if (this.prefix === stranger.prefix || this.get("returning") || !stranger.get("returning")) return;
    for (const name of stranger.names()) {
      this.set(name, stranger.get(name));
      stranger.set(name, null);
    }
  }

  /** Keep the newest messages, so that the next page shows them before the server answers. */
  setMessages(messages, seq, isWhole) {
    this.set("shown", { messages: messages.slice(-SHOWN_AT_ONCE), seq, is_whole: isWhole && messages.length <= SHOWN_AT_ONCE });
  }

  /** Call back when another tab changed something. */
  onChange(tell) {
    this.listeners.push(tell);
  }
}
