/** Tells the server what was shown and what was read; one tab tells, the others know. */

const GATHER_MS = 400;

export class Receipts {
  constructor(api, keep) {
    Object.assign(this, { api, keep, telling: { read: 0, delivered: 0 }, timers: {} });
  }

  /** Take note of what a person may see now; returns how many messages they have not read. */
  shown(messages, isVisible) {
    const ours = messages.filter((each) => each.is_ours && each.seq);
    const newest = Math.max(0, ...ours.map((each) => each.seq));
    const [read, delivered] = ["read", "delivered"].map((status) => Math.max(this.telling[status], this.keep.get(status) ?? 0));
    if (isVisible && newest > read) this.tell("read", newest);
    else if (newest > Math.max(delivered, read)) this.tell("delivered", newest);
    return isVisible ? 0 : ours.filter((each) => each.seq > read).length;
  }

  /** Tell it soon, once for all that comes meanwhile; it is kept only once it is told, so a reload loses nothing. */
  tell(status, seq) {
    this.telling[status] = seq;
    clearTimeout(this.timers[status]);
    this.timers[status] = setTimeout(async () => {
      try {
        await this.api.call("POST", "read", { seq, status });
        this.keep.set(status, seq);
      } catch {
        this.telling[status] = 0;
      }
    }, GATHER_MS);
  }
}
