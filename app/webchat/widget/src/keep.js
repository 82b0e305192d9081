/** What outlives a page: who the visitor is, what was not sent yet, how far they read. Shared by all tabs of a site. */

const SHOWN_AT_ONCE = 40;

/** One visitor's belongings in localStorage; where a browser forbids it, as long as the page. */
export class Keep {
  constructor(connection, userId) {
    this.key = `prosa-chat:${connection}:${userId ?? ""}`;
    this.memory = {};
    this.listeners = [];
    addEventListener("storage", (event) => event.key === this.key && this.listeners.forEach((tell) => tell()));
  }

  /** Return everything that is kept. */
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      return this.memory;
    }
  }

  /** Change some of it; what other tabs changed meanwhile stays. */
  write(changes) {
    this.memory = { ...this.read(), ...changes };
    try {
      localStorage.setItem(this.key, JSON.stringify(this.memory));
    } catch {
      // A full or forbidden store: this page goes on with what it holds in memory.
    }
  }

  /** Take over what a stranger kept who now turned out to be this customer. */
  adopt(connection) {
    const stranger = new Keep(connection, null);
    const found = stranger.read();
    if (this.key === stranger.key || this.read().returning || !found.returning) return;
    this.write(found);
    try {
      localStorage.removeItem(stranger.key);
    } catch {
      // It was never there.
    }
  }

  /** Keep the newest messages, so that the next page shows them before the server answers. */
  writeMessages(messages, seq) {
    this.write({ messages: messages.slice(-SHOWN_AT_ONCE), seq });
  }

  /** Call back when another tab changed something. */
  onChange(tell) {
    this.listeners.push(tell);
  }
}
