/** The inbox of one tab: ties store, stream and panes together. */

import { actions } from "./actions.js";
import { get } from "./api.js";
import { Composer } from "./composer.js";
import { el, icon } from "./dom.js";
import { references } from "./filters.js";
import { t } from "./format.js";
import { Keyboard } from "./keyboard.js";
import { List } from "./list.js";
import { mark, painted } from "./marks.js";
import { News } from "./news.js";
import { Menus } from "./menus.js";
import { Notify } from "./notify.js";
import { Outbox, remember, remembered } from "./outbox.js";
import { isBeside, Store } from "./store.js";
import { Stream } from "./stream.js";
import { Thread } from "./thread.js";

const TELL_PYTHON_MS = 180; // moving through the list with j does not rerun the customer pane for every step
const SETTLED_MS = 60; // what does not show waits until the thread has been painted
const NARROW = matchMedia("(max-width: 1100px)"); // below, the customer's pane lies over the rest
const AHEAD = 4; // threads fetched before anybody asks

export class Inbox {
  constructor(data) {
    this.me = data.me;
    this.store = new Store(data.me, remembered("filters", {}));
    this.outbox = new Outbox(data.me);
    this.reference = references();
    this.menus = new Menus(this);
    this.notify = new Notify();
    this.stream = new Stream({
      change: (change) => this.changed(change), reset: () => this.refetch(), line: (isUp, isFirst) => this.line(isUp, isFirst),
      typing: (said) => this.colleague(said), viewing: (said) => this.colleague(said),
    });
    Object.assign(this, actions(this));
    this.composer = new Composer(this);
    this.thread = new Thread(this);
    this.list = new List(this);
    this.lineBar = el("div", { class: "line", role: "status", hidden: true }, el("span", { class: "spinner" }), el("span", {}, t("Offline, reconnecting… Nothing you write is lost.")));
    this.news = new News(data.me);
    this.toast = el("div", { class: "toast", role: "alert", hidden: true });
    this.root = el("div", { class: "inbox", dir: data.dir ?? "ltr", lang: data.locale, dataset: { pane: "list" } }, this.lineBar, this.news.root, el("div", { class: "panes" }, this.list.root, this.thread.root), this.toast);
    this.keyboard = new Keyboard(this);
  }

  get current() {
    return this.selected ? this.store.known.get(this.selected) : null;
  }

  /** Begin: open the line first, so that nothing falls between the list and the stream. */
  async start(selected) {
    this.stream.open();
    this.clock = setInterval(() => (this.list.tick(), this.composer.tick()), 10_000);
    this.onVisible = () => this.selected && document.visibilityState === "visible" && this.seen(this.selected);
    document.addEventListener("visibilitychange", this.onVisible);
    this.onNarrow = () => this.pane(!NARROW.matches && remembered("pane", true)); // nobody begins under it, or finds it there when the window shrinks
    NARROW.addEventListener("change", this.onNarrow);
    this.onNarrow();
    await this.list.reload();
    this.news.start();
    if (selected) this.select(selected);
    else setTimeout(() => this.prefetchAround(0), SETTLED_MS);
  }

  stop() {
    clearInterval(this.clock);
    document.removeEventListener("visibilitychange", this.onVisible);
    NARROW.removeEventListener("change", this.onNarrow);
    this.stream.close();
    this.keyboard.stop();
    this.notify.stop();
    this.news.stop();
    this.menus.close();
    delete document.documentElement.dataset.prosaPane;
  }

  /** Show a conversation. `began` is the click's own time, for the bench. */
  async select(id, { began = performance.now() } = {}) {
    const previous = this.selected;
    this.selected = id;
    this.began = { id, at: began };
    this.root.dataset.pane = "thread";
    if (!this.store.known.has(id) && !(await this.fetchOne(id))) return;
    if (this.selected !== id) return;
    this.thread.open(id); // first, so that its request is on its way while the rest is drawn
    this.composer.open(id);
    this.list.choose(id, previous);
    this.tellPython(id);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settled(id), SETTLED_MS);
  }

  /** Somebody stays on a conversation: fetch what it can carry, tell colleagues, and get its neighbours ready. */
  settled(id) {
    if (this.selected !== id) return;
    this.stream.send({ type: "viewing", conversation_id: id });
    if (!this.current.capabilities) this.learnMore(id);
    this.prefetchAround(this.store.order.indexOf(id));
  }

  /** Fetch what a conversation can carry and the customer's other doors, and show both. */
  async learnMore(id) {
    if (!(await this.fetchOne(id)) || this.selected !== id) return;
    if (this.current.doors.length && this.store.threads.has(id)) this.thread.open(id);
    this.composer.paint();
  }

  async fetchOne(id) {
    try {
      this.store.learn(await get(`/conversations/${id}`));
      return true;
    } catch (error) {
      this.say(error.status === 404 ? t("This conversation does not exist or is not yours to see.") : error.message);
      return false;
    }
  }

  /** The thread of a conversation is on the screen. */
  shown(id) {
    if (this.began?.id === id) {
      const { at } = this.began;
      this.began = null;
      painted(() => mark("thread", id, at));
    }
    if (document.visibilityState === "visible") this.seen(id);
  }

  tellPython(id) {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const url = new URL(location.href);
      url.searchParams.set("c", id);
      history.replaceState(history.state, "", url);
      this.tell?.("selected", { conversation_id: id, contact_id: this.store.known.get(id)?.contact.contact_id ?? null });
    }, TELL_PYTHON_MS);
  }

  prefetch(id) {
    if (!this.store.threads.has(id)) this.store.thread(id).catch(() => null); // choosing it will try again and say what is wrong
  }

  prefetchAround(at) {
    for (const id of this.store.order.slice(Math.max(0, at - 1), at + AHEAD)) this.prefetch(id);
  }

  /** Go to the next (1), previous (-1) or first (0) conversation. */
  step(by) {
    const { order } = this.store;
    const at = order.indexOf(this.selected);
    const next = by === 0 || at < 0 ? order[0] : order[Math.min(order.length - 1, Math.max(0, at + by))];
    if (next && next !== this.selected) this.select(next);
    if (order.indexOf(next) > order.length - 8) this.list.loadMore();
  }

  /** On a phone, return to the list. */
  back() {
    this.menus.close();
    this.root.dataset.pane = "list";
    if (innerWidth <= 760) this.pane(false);
  }

  togglePane() {
    this.pane(document.documentElement.dataset.prosaPane !== "open");
  }

  pane(isOpen) {
    document.documentElement.dataset.prosaPane = isOpen ? "open" : "closed";
    if (!NARROW.matches) remember("pane", isOpen);
  }

  rememberFilters() {
    const { q, ...kept } = this.store.filters;
    remember("filters", kept);
  }

  /** Take a change of the stream and show it. */
  changed(change) {
    const at = performance.now();
    const id = change.conversation.conversation_id;
    const person = this.current?.contact.customer_id;
    this.outbox.settle(id, change.entries ?? []);
    const added = this.store.apply(change);
    if (change.conversation.gone) this.gone(id);
    this.list.paint();
    if (id === this.selected && !change.conversation.gone) {
      this.thread.paintHead();
      this.thread.update(change.entries ?? []);
      this.composer.paint();
      if (added.some((entry) => entry.direction === "inbound") && document.visibilityState === "visible") this.seen(id);
      if (this.current.contact.customer_id !== person) this.regrouped(id);
    } else if (isBeside(this.current, this.store.known.get(id))) this.thread.update((change.entries ?? []).filter((entry) => entry.type !== "activity"));
    const said = (change.entries ?? []).find((entry) => entry.direction === "inbound" && Date.now() - Date.parse(entry.at) < 60_000);
    if (said && this.mattersToMe(change.conversation)) this.notify.inbound(change.conversation, said.text, () => this.select(id));
    painted(() => mark("event", change.seq, at, { id, entries: (change.entries ?? []).map((each) => each.message_id ?? each.note_id) }));
    this.refreshPane(id, added);
  }

  /** The open customer has another door, or one less. */
  async regrouped(id) {
    if (await this.fetchOne(id)) this.thread.open(id);
    this.tell?.("refreshed", Date.now());
  }

  /** The customer pane shows history and attributes: new facts about the open customer rerun it, gently. */
  refreshPane(id, added) {
    if (id === this.selected && added.some((entry) => entry.type === "activity")) this.tell?.("refreshed", Date.now());
  }

  mattersToMe(conversation) {
    const holder = conversation.assignee?.person_id;
    return !holder || holder === this.me.person_id;
  }

  gone(id) {
    if (id !== this.selected) return;
    this.selected = null;
    this.thread.blank();
    this.say(t("This conversation moved to an inbox you do not see."));
  }

  colleague({ conversation_id, person, type }) {
    if (conversation_id === this.selected && person?.person_id !== this.me.person_id) this.thread.colleague(person, type);
  }

  /** The line came up or went down; after a gap without an answer the stream itself catches us up. */
  line(isUp, isFirst) {
    this.lineBar.hidden = isUp;
    this.root.dataset.line = isUp ? "up" : "down";
    if (isUp && !isFirst) this.resendPassing();
    if (!isUp) this.askWhy();
  }

  async askWhy() {
    try {
      await get("/me"); // a session that ended answers 401 and leads to the sign-in page
    } catch {
      return; // unreachable: the bar already says so
    }
  }

  /** The gap was too long to replay: fetch what is on the screen again. */
  async refetch() {
    this.store.reset();
    await this.list.reload();
    if (this.selected && (await this.fetchOne(this.selected))) this.thread.open(this.selected);
  }

  /** Show one sentence for a while. */
  say(sentence, isGood = false) {
    this.toast.replaceChildren(icon(isGood ? "check" : "alert"), el("span", { dir: "auto" }, sentence));
    this.toast.classList.toggle("good", isGood);
    this.toast.hidden = false;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => (this.toast.hidden = true), 6000);
  }
}
