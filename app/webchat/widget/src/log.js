/** The conversation: messages, days and what still waits, in one order. */

import { choosing } from "./acts.js";
import { bubble, dress, signatures } from "./bubbles.js";
import { el, settle } from "./dom.js";

const NEAR_PX = 80;
const TOGETHER_MS = 5 * 60_000;

export class Log {
  /** `house` gives say, language, api, queue, past, and answer, quote and react for what is done with a message. */
  constructor(house) {
    this.house = house;
    this.nodes = new Map();
    this.typing = el("div", { class: "typing", hidden: true }, el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span", { class: "hint" }));
    // What was said before is read when it is looked for; a live region would read it as new.
    this.older = el("div", { class: "older", "aria-live": "off" });
    this.list = el("div", { class: "list" });
    const { past } = house;
    this.root = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": house.say("log"), "aria-description": house.say("keys"), tabindex: "0" }, past.root, this.older, this.list, this.typing);
    this.root.addEventListener("scroll", () => past.scrolled(this.root.scrollTop), { passive: true });
    choosing(this.root, () => (past.button.checkVisibility() ? past.button : null));
  }

  /** Show these messages, then these that wait. */
  paint(messages, waiting, seenAt) {
    const wasNear = this.isNearEnd();
    const answered = new Set(messages.filter((each) => each.kind === "reply").map((each) => each.reply_to).concat(waiting.map((each) => each.reply?.message_id)).filter(Boolean));
    const lastSeen = messages.filter((each) => !each.is_ours && each.at <= (seenAt ?? 0)).at(-1)?.id;
    const shown = [];
    const older = [];
    let before = null;
    for (const each of [...messages, ...waiting.map(asMessage)].sort((a, b) => (a.state ? 1 : 0) - (b.state ? 1 : 0) || a.at - b.at)) {
      const part = this.house.past.ids.has(each.id) ? older : shown;
      if (!before || dayOf(before.at) !== dayOf(each.at)) part.push(this.node(`day:${dayOf(each.at)}`, [""], () => this.day(each.at)));
      const isFirst = !before || before.is_ours !== each.is_ours || each.at - before.at > TOGETHER_MS || before.author !== each.author;
      const facts = { isFirst, isLastSeen: each.id === lastSeen, isAnswered: answered.has(each.ref) || answered.has(each.id) };
      part.push(this.node(each.client_id || each.id, signatures(each, facts), () => bubble(each, facts, this.house), (node) => dress(node, each, facts, this.house)));
      before = each;
    }
    settle(this.older, older);
    settle(this.list, shown.length ? shown : [this.node("hello", [""], () => el("p", { class: "hello" }, this.house.say("hello")))]);
    if (wasNear) this.toEnd();
  }

  /** Show for a while that an agent writes. */
  showTyping() {
    this.typing.lastChild.textContent = this.house.say("typing");
    const wasNear = this.isNearEnd();
    this.typing.hidden = false;
    if (wasNear) this.toEnd();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hideTyping(), 6_000);
  }

  hideTyping() {
    this.typing.hidden = true;
  }

  toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
  }

  /** Do something that puts messages in front, and leave what is seen where it is. */
  staying(work) {
    const top = this.root.getBoundingClientRect().top;
    const key = [...this.nodes.keys()].find((each) => this.nodes.get(each).node.matches(".row") && bottomOf(this.nodes.get(each).node) > top);
    const before = key && bottomOf(this.nodes.get(key).node);
    this.root.classList.add("still"); // or the browser would move it once more
    work();
    if (key) this.root.scrollTop += bottomOf(this.nodes.get(key).node) - before;
    requestAnimationFrame(() => this.root.classList.remove("still"));
  }

  isNearEnd() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < NEAR_PX;
  }

  /** Return the node of a key: made anew when its body looks different, dressed anew when the rest does. */
  node(key, [body, rest], make, dress) {
    const known = this.nodes.get(key);
    const node = known?.body === body ? known.node : make();
    if (node === known?.node && known.rest !== rest) dress(node);
    this.nodes.set(key, { body, rest, node });
    return node;
  }

  day(at) {
    const days = Math.round((new Date(new Date().toDateString()) - new Date(new Date(at).toDateString())) / 86_400_000);
    const named = days === 0 ? this.house.say("today") : days === 1 ? this.house.say("yesterday") : null;
    const written = named ?? new Intl.DateTimeFormat(this.house.language, { weekday: "long", day: "numeric", month: "long" }).format(at);
    return el("div", { class: "day", role: "separator" }, el("span", {}, written));
  }
}

const bottomOf = (node) => node.getBoundingClientRect().bottom;
const dayOf = (at) => new Date(at).toDateString();

function asMessage(item) {
  const { client_id, at, text, reply, quote, file, state, problem } = item;
  return { id: client_id, client_id, is_ours: false, author: null, kind: "text", text: reply?.title ?? text ?? null, at, files: file ? [{ ...file, local: client_id }] : [], quote, choices: null, is_gone: false, is_edited: false, state, problem };
}
