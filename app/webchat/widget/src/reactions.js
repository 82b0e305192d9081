/** The signs that a visitor puts on messages: shown at once, sent one after the other, taken back when refused. */

import { newId } from "./queue.js";

export class Reactions {
  /** `changed(messageId, reactions)` shows what is on a message now. */
  constructor(api, changed) {
    Object.assign(this, { api, changed, last: Promise.resolve() });
  }

  /** Put an emoji on a message, or take it back with null; resolves to whether that worked. */
  put({ id, reactions = [] }, emoji) {
    const others = reactions.filter((each) => each.is_ours);
    this.changed(id, emoji ? [...others, { emoji, is_ours: false }] : others);
    const given = { client_id: newId(), message_id: id, emoji };
    const sent = this.last.then(() => this.api.call("POST", "reactions", given));
    this.last = sent.catch(() => {});
    return sent.then(
      () => true,
      () => (this.changed(id, reactions), false),
    );
  }
}
