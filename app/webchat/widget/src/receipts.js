/** Tells the server what was shown and what was read; one tab tells, the others know. */

const GATHER_MS = 400;

export class Receipts {
  constructor(api, keep) {
    Object.assign(this, { api, keep });
  }

  /** Take note of what a person may see now; returns how many messages they have not read. */
  shown(messages, isVisible) {
    const ours = messages.filter((each) => each.is_ours && each.seq);
    const newest = Math.max(0, ...ours.map((each) => each.seq));
    const { read_seq: read = 0, delivered_seq: delivered = 0 } = this.keep.read();
    if (isVisible && newest > read) this.tell("read", newest);
    else if (newest > Math.max(delivered, read)) this.tell("delivered", newest);
    return isVisible ? 0 : ours.filter((each) => each.seq > read).length;
  }

  tell(status, seq) {
    this.keep.write({ [`${status}_seq`]: seq });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.api.call("POST", "read", { seq, status }).catch(() => this.keep.write({ [`${status}_seq`]: 0 })), GATHER_MS);
  }
}
