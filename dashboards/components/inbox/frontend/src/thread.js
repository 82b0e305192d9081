/** The middle pane: the conversation's head and its entries, kept in place while news arrives. */

import { together } from "./albums.js";
import { bubble } from "./bubbles.js";
import { el, icon, iconButton } from "./dom.js";
import { day, sameDay, t } from "./format.js";
import { head } from "./head.js";
import { entryId } from "./store.js";

const NEAR_END = 120; // px; within this the reader is "at the end" and follows new messages
const RUN_MS = 5 * 60_000; // messages of one author within this stand together

export class Thread {
  constructor(app) {
    this.app = app;
    this.head = el("header", { class: "head" });
    this.log = el("div", { class: "log", role: "log", "aria-label": t("Messages"), "aria-live": "polite", "aria-relevant": "additions", tabindex: "0", on: { scroll: () => this.scrolled() } });
    this.jump = iconButton("down", t("Go to the newest message"), () => this.toEnd(true), "jump");
    this.jump.hidden = true;
    this.typing = el("div", { class: "typing", role: "status" });
    this.body = el("div", { class: "thread-body" }, this.log, this.jump);
    this.banner = el("div", { class: "banner", role: "status", hidden: true });
    this.root = el("section", { class: "thread", "aria-label": t("Conversation") }, this.head, this.banner, this.body, this.typing, app.composer.root);
    this.nodes = new Map();
    this.blank();
  }

  /** Show that nothing is chosen. */
  blank() {
    this.id = null;
    this.root.classList.add("blank");
    this.head.replaceChildren();
    this.banner.hidden = true;
    this.log.replaceChildren(el("div", { class: "empty" }, icon("whatsapp"), el("strong", {}, t("Choose a conversation")),
      el("p", {}, t("Press j and k to move through the list, ? for all shortcuts."))));
  }

  /** Show a conversation: at once when its thread is loaded, else a skeleton until it is. */
  async open(id) {
    this.id = id;
    this.root.classList.remove("blank");
    this.typing.replaceChildren();
    this.paintHead();
    const held = this.app.store.threads.get(id);
    if (held) {
      this.paint(held);
      return;
    }
    this.skeleton();
    try {
      const thread = await this.app.store.thread(id);
      if (this.id === id) this.paint(thread);
    } catch (error) {
      if (this.id === id) this.failed(error);
    }
  }

  skeleton() {
    this.nodes.clear();
    this.log.setAttribute("aria-busy", "true");
    this.log.replaceChildren(...["in", "out", "in", "in", "out"].map((side) => el("div", { class: `bubble-row ${side}` }, el("div", { class: "bubble skeleton" }))));
  }

  failed(error) {
    this.log.removeAttribute("aria-busy");
    this.log.replaceChildren(el("div", { class: "empty", role: "alert" }, icon("alert"), el("strong", {}, t("This conversation could not be loaded")), el("p", {}, error.message),
      el("button", { type: "button", class: "button", on: { click: () => this.open(this.id) } }, t("Try again"))));
  }

  paintHead() {
    const conversation = this.app.store.known.get(this.id);
    if (conversation) this.head.replaceChildren(...head(this.app, conversation));
    this.banner.hidden = !conversation?.held_elsewhere;
    if (!this.banner.hidden) this.banner.replaceChildren(icon("alert", "tiny"), el("span", {}, t("Another app of your business holds this conversation.")), el("button", { type: "button", class: "link", on: { click: () => this.app.takeOver(conversation) } }, t("Take it over")));
  }

  entries(thread) {
    return together([...thread.entries, ...this.app.outbox.of(this.id)]);
  }

  /** Draw the whole thread and stand at its end. */
  paint(thread) {
    this.nodes.clear();
    this.log.removeAttribute("aria-busy");
    this.log.setAttribute("aria-live", "off");
    const entries = this.entries(thread);
    const drawn = entries.flatMap((entry, at) => this.draw(entry, entries[at - 1]));
    if (!entries.length) drawn.push(el("div", { class: "empty" }, icon("note"), el("strong", {}, t("No messages yet"))));
    this.log.replaceChildren(this.olderButton(thread), ...drawn);
    this.follow();
    requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
    this.app.shown(this.id);
  }

  draw(entry, before) {
    const isRun = before && before.type === entry.type && before.conversation_id === entry.conversation_id && before.direction === entry.direction && sameDay(before.at, entry.at)
      && before.author?.name === entry.author?.name && Date.parse(entry.at) - Date.parse(before.at) < RUN_MS;
    const node = bubble(this.app, entry, isRun);
    node.dataset.day = day(entry.at);
    this.nodes.set(entryId(entry), node);
    return before && sameDay(before.at, entry.at) ? [node] : [el("div", { class: "day", role: "separator" }, el("bdi", {}, day(entry.at))), node];
  }

  olderButton(thread) {
    if (!thread.before) return el("div", { class: "beginning" });
    return el("div", { class: "beginning" }, el("button", { type: "button", class: "link", on: { click: () => this.loadOlder() } }, t("Load earlier messages")));
  }

  /** Load what came before and keep the reader where they were. */
  async loadOlder() {
    const thread = this.app.store.threads.get(this.id);
    if (this.isLoading || !thread?.before) return;
    this.isLoading = true;
    const id = this.id;
    try {
      await this.app.store.older(id);
      if (this.id !== id) return;
      const fromEnd = this.log.scrollHeight - this.log.scrollTop;
      const entries = this.entries(thread);
      this.nodes.clear();
      this.log.replaceChildren(this.olderButton(thread), ...entries.flatMap((entry, at) => this.draw(entry, entries[at - 1])));
      this.log.scrollTop = this.log.scrollHeight - fromEnd;
    } catch (error) {
      this.app.say(error.message);
    } finally {
      this.isLoading = false;
    }
  }

  /** Draw entries that are new or changed, without touching the others. */
  update(changed) {
    const thread = this.app.store.threads.get(this.id);
    if (!thread) return;
    const entries = this.entries(thread);
    const heads = new Set(entries.map(entryId));
    const places = new Map(entries.flatMap((entry, at) => (entry.members ?? [entry]).map((each) => [entryId(each), at])));
    for (const [id, node] of this.nodes) if (!heads.has(id)) this.remove(id, node);
    if (this.log.querySelector(":scope > .empty")) this.log.querySelector(":scope > .empty").remove();
    for (const at of new Set(changed.map((entry) => places.get(entryId(entry))))) this.put(entries, at);
    if (this.isStanding) this.follow();
    else if (changed.some((entry) => entry.direction === "inbound")) this.jump.hidden = false;
  }

  put(entries, at) {
    if (at === undefined) return;
    const entry = entries[at];
    const drawn = this.draw(entry, entries[at - 1]);
    const held = this.heldNode(entryId(entry));
    const next = entries.slice(at + 1).map((each) => this.heldNode(entryId(each))).find(Boolean);
    if (held) held.replaceWith(drawn.at(-1));
    else if (next) next.before(drawn.at(-1));
    else this.log.append(...drawn);
  }

  heldNode(id) {
    return [...this.log.children].find((node) => node.dataset.key === id);
  }

  remove(id, node) {
    node.remove();
    this.nodes.delete(id);
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END;
  }

  /** Stand at the end in the coming frame: to ask for it now would lay the page out once for each pane. */
  follow() {
    this.isStanding = true;
    this.jump.hidden = true;
    cancelAnimationFrame(this.following);
    this.following = requestAnimationFrame(() => this.toEnd());
  }

  toEnd(isSmooth = false) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: isSmooth ? "smooth" : "instant" });
    this.jump.hidden = true;
  }

  scrolled() {
    this.isStanding = this.isAtEnd();
    if (this.isStanding) this.jump.hidden = true;
    if (this.log.scrollTop < 80) this.loadOlder();
  }

  /** Say that the customer writes, or a colleague writes or looks here too; it fades when nothing more is heard. */
  colleague(person, what) {
    const said = !person ? t("The customer is writing…") : what === "typing" ? t("{name} is writing here too", { name: person.name }) : t("{name} is looking at this too", { name: person.name });
    this.typing.replaceChildren(icon(what === "typing" ? "note" : "person", "tiny"), el("span", {}, said));
    this.typing.classList.toggle("alarming", Boolean(person) && what === "typing");
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.typing.replaceChildren(), 6000);
  }
}
