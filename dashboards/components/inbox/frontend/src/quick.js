/** Quick replies: type / and a few letters, choose with the arrows. */

import { el } from "./dom.js";
import { t } from "./format.js";

export class QuickReplies {
  constructor(app, field, insert) {
    this.app = app;
    this.field = field;
    this.insert = insert;
    this.found = [];
    this.root = el("div", { class: "quick", role: "listbox", "aria-label": t("Quick replies"), hidden: true });
  }

  get isOpen() {
    return !this.root.hidden;
  }

  /** Begin with everything there is. */
  start() {
    if (!this.field().value) this.insert("/");
    else this.offer("");
  }

  /** Offer what fits the word after the slash; nothing when the text is not one word with a slash. */
  async offer(asked) {
    const word = asked ?? /^\/(\S*)$/u.exec(this.field().value)?.[1];
    if (word === undefined) {
      this.close();
      return;
    }
    const all = await this.app.reference("/canned-responses", "canned_responses");
    const wanted = word.toLocaleLowerCase();
    this.found = all.filter((each) => each.shortcut.toLocaleLowerCase().startsWith(wanted) || (wanted.length > 2 && each.text.toLocaleLowerCase().includes(wanted))).slice(0, 8);
    this.at = 0;
    this.paint();
  }

  paint() {
    this.root.hidden = false;
    if (!this.found.length) {
      this.root.replaceChildren(el("div", { class: "none" }, t("No quick reply of that name")));
      return;
    }
    this.root.replaceChildren(...this.found.map((each, at) => el("div", { class: `quick-row${at === this.at ? " chosen" : ""}`, role: "option", "aria-selected": String(at === this.at), on: { pointerdown: (event) => (event.preventDefault(), this.take(at)) } },
      el("kbd", {}, `/${each.shortcut}`), el("span", { dir: "auto" }, each.text))));
  }

  take(at) {
    const chosen = this.found[at];
    this.close();
    const name = this.app.store.known.get(this.app.selected)?.contact.name ?? "";
    if (chosen) this.insert(chosen.text.replaceAll("{name}", name.split(" ")[0]));
  }

  close() {
    this.root.hidden = true;
  }

  /** Take a key of the composer; say whether it was ours. */
  keys(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.paint();
    } else if ((event.key === "Enter" || event.key === "Tab") && this.found.length) this.take(this.at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
