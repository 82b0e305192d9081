/** The widget: launcher, panel, and what holds them together. */

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import css from "./widget.css";
import { el, icon, iconButton } from "./dom.js";
import { Greeter } from "./greeter.js";
import { Keep } from "./keep.js";
import { Log } from "./log.js";
import { prechat } from "./prechat.js";
import { Past } from "./past.js";
import { Queue } from "./queue.js";
import { Reactions } from "./reactions.js";
import { Receipts } from "./receipts.js";
import { Stream } from "./stream.js";
import { isRightToLeft, languageOf, speaker } from "./strings.js";
import { isPhone, paintTheme } from "./theme.js";

const UNSURE_MS = 1_500;

export class Widget {
  /** `options` are those of the script tag, see index.js. */
  constructor(options) {
    this.options = options;
    this.keep = new Keep(options.connection, options.user?.id);
    if (options.user) this.keep.adopt(options.connection);
    this.api = new Api(options.base, options.connection, this.keep, options.user);
    const shown = this.keep.get("shown") ?? { messages: [], seq: 0 };
    this.messages = new Map(shown.messages.map((each) => [each.id, each]));
    this.position = shown.seq;
    this.isWhole = shown.is_whole ?? false;
    this.seenAt = null;
    this.isOpen = false;
  }

  /** Show the launcher; nothing at all where the server does not know this page or widget. */
  async mount() {
    try {
      this.config = await this.api.config();
    } catch (error) {
      const isUnwanted = error.status === 0 && (await this.api.isThere());
      if (error.isPassing && !isUnwanted) setTimeout(() => this.mount(), 15_000);
      else console.warn(`Prosa chat: ${isUnwanted ? "this site may not embed it, or there is no such widget" : error.message}`);
      return;
    }
    if (this.isGone) return;
    this.build();
    if (this.keep.get("returning")) this.connect();
    else this.greeter.start();
  }

  unmount() {
    this.isGone = true;
    this.stream?.stop();
    this.greeter?.stop();
    this.host?.remove();
  }

  build() {
    this.language = languageOf([this.options.language, document.documentElement.lang, ...navigator.languages], this.config.languages);
    this.say = speaker(this.language);
    this.title = this.config.title;
    this.emoji = this.config.emoji ?? [];
    this.addresses = new Map();
    this.queue = new Queue(this.api, this.keep, () => this.paint(), () => this.askAgain());
    this.receipts = new Receipts(this.api, this.keep);
    this.greeter = new Greeter(this.config.greetings, this.keep, (text) => this.greet(text));
    this.reactions = new Reactions(this.api, (id, reactions) => this.signed(id, reactions));
    this.past = new Past(this, this.isWhole);
    this.log = new Log(this);
    this.composer = new Composer({ say: this.say, limits: this.config.limits, draft: this.keep.get("draft"), title: this.title, quoted: this.keep.get("quoted") }, this.hears());
    this.stream = new Stream(this.api, () => this.position, { told: (message) => this.told(message), state: (isOnline) => this.showState(isOnline) });
    this.furnish();
    document.addEventListener("visibilitychange", () => this.paint());
    this.paint();
  }

  furnish() {
    const { say } = this;
    this.badge = el("span", { class: "badge", hidden: true });
    this.launcher = el("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog", onclick: () => this.toggle() }, icon("chat"), icon("down"), this.badge);
    this.teaser = el("div", { class: "teaser", role: "status", hidden: true });
    this.state = el("p", { class: "state", role: "status" });
    this.body = el("div", { class: "body" });
    const heading = el("h2", { id: "prosa-title" }, el("bdi", {}, this.title));
    this.panel = el(
      "section",
      { class: "panel", role: "dialog", "aria-labelledby": "prosa-title", tabindex: "-1", hidden: true },
      el("header", {}, el("span", { class: "face", "aria-hidden": "true" }, [...this.title][0]), heading, iconButton("close", say("close"), () => this.close())),
      this.state,
      this.body,
    );
    const isMirrored = isRightToLeft(this.language);
    const side = this.options.position ?? (isMirrored ? "left" : "right");
    this.root = el("div", { class: `root ${side}`, dir: isMirrored ? "rtl" : "ltr", lang: this.language }, this.panel, this.teaser, this.launcher);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.composer.takesDrops(this.panel);
    this.host = document.createElement("prosa-chat");
    const sheet = new CSSStyleSheet(); // a page's policy may forbid style elements and attributes, not these
    sheet.replaceSync(css);
    const shadow = this.host.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.root);
    paintTheme(this.root, this.options, this.config.colour);
    // Beside the body, not in it: what a page does to its body (transform, filter, overflow) would move us.
    document.documentElement.append(this.host);
  }

  hears() {
    return {
      send: (text) => this.write({ text, quote: this.composer.takeQuote() ?? undefined }),
      file: (file, isVoice) => this.write({ quote: this.composer.takeQuote() ?? undefined }, file, isVoice),
      typing: () => this.stream.typing(),
      quoting: (quoted) => this.keep.set("quoted", quoted),
      draft: (draft) => this.keep.set("draft", draft || null),
    };
  }

  /** Begin to listen; a visit begins here, so a page that nobody chats on asks for nothing. */
  connect() {
    if (this.stream.isRunning) return;
    this.stream.start();
    this.queue.flush();
  }

  // --- open and closed ---

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    this.isOpen = true;
    this.panel.hidden = false;
    this.panel.setAttribute("aria-modal", String(isPhone()));
    this.teaser.hidden = true;
    this.greeter.stop();
    this.root.classList.add("open");
    this.launcher.setAttribute("aria-expanded", "true");
    this.fill();
    this.paint();
    this.log.toEnd();
    this.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.panel.hidden = true;
    this.root.classList.remove("open");
    this.launcher.setAttribute("aria-expanded", "false");
    this.paint();
    this.launcher.focus();
  }

  /** Show the form where it was not filled in, else the conversation. */
  fill() {
    const asked = this.config.prechat;
    const wanted = asked && (asked.consent?.version ?? "filled");
    if (asked && this.keep.get("agreed") !== wanted) {
      this.form = prechat({ say: this.say, settings: asked }, async (answers) => {
        await this.api.begin(answers);
        this.keep.set("agreed", wanted);
        this.fill();
        this.queue.flush();
        this.focus();
      }, () => this.askAgain());
      this.body.replaceChildren(this.form.root);
      return;
    }
    this.form = null;
    if (!this.log.root.isConnected) this.body.replaceChildren(this.log.root, this.composer.root);
    this.connect();
    this.log.toEnd();
    this.composer.look();
  }

  /** The terms have changed: show them as they are now; what waits to be sent waits for them. */
  async askAgain() {
    this.config = await this.api.config(true);
    this.keep.set("agreed", null);
    this.fill();
    if (this.isOpen) this.focus();
  }

  focus() {
    if (this.form) this.form.focus();
    else if (matchMedia("(pointer: coarse)").matches) this.panel.focus(); // a keyboard that jumps up hides what was said
    else this.composer.field.focus();
  }

  key(event) {
    if (event.key === "Escape" && this.isOpen) {
      event.stopPropagation();
      this.close();
    }
    if (event.key === "Tab" && this.isOpen && isPhone()) this.stayInside(event);
  }

  /** Where the panel covers the page, Tab must not leave for what nobody sees. */
  stayInside(event) {
    const all = [...this.panel.querySelectorAll("button:not(:disabled), textarea, input:not([hidden]), a[href], [tabindex='0']")].filter((each) => each.offsetParent !== null);
    const active = this.host.shadowRoot.activeElement;
    const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (active !== edge && all.includes(active)) return;
    event.preventDefault();
    other?.focus();
  }

  // --- what is said ---

  async write(said, file, isVoice) {
    const page = { url: location.href.split("#")[0].slice(0, 1000), title: document.title.slice(0, 200) };
    const greeting = this.messages.size ? undefined : this.keep.get("greeting")?.text;
    await this.queue.add({ ...said, page, greeting }, file, isVoice);
    this.log.toEnd();
  }

  /** Answer with a button or row that stood under a message. */
  answer(message, choice) {
    this.write({ reply: { id: choice.id, title: choice.title, message_id: message.id } });
    this.composer.field.focus();
  }

  /** Answer a message with what is written next. */
  quote(message) {
    const wasNear = this.log.isNearEnd();
    this.composer.quote(message);
    if (wasNear) this.log.toEnd();
    this.composer.field.focus();
  }

  /** Put an emoji on a message of ours, or take it back with null. */
  async react(message, emoji) {
    this.composer.complain("");
    if (!(await this.reactions.put(this.messages.get(message.id) ?? message, emoji))) this.composer.complain(this.say("trouble"));
  }

  signed(id, reactions) {
    const known = this.messages.get(id);
    if (known) this.messages.set(id, { ...known, reactions });
    this.paint();
  }

  told(message) {
    if (message.type === "typing") return this.log.showTyping();
    if (message.type !== "batch") return;
    if (message.is_all) this.messages.clear();
    const since = message.is_all || this.past.isWhole ? -Infinity : this.oldest()?.at ?? -Infinity;
    // Of what was said before all that is shown, news would leave a gap: it comes as it is now with its page.
    for (const each of message.messages) if (each.at >= since) this.messages.set(each.id, each);
    if (message.is_all) this.past.reset(message.is_beginning ?? false);
    if (message.messages.some((each) => each.is_ours)) this.log.hideTyping();
    this.position = message.is_all ? message.seq : Math.max(this.position, message.seq);
    this.seenAt = message.seen_at ?? this.seenAt;
    this.keep.setMessages(this.sorted(), this.position, this.past.isWhole);
    this.queue.settle(new Set(message.messages.map((each) => each.client_id).filter(Boolean)));
    this.paint();
  }

  /** Show messages that were said before all others. */
  recalled(messages) {
    for (const each of messages) this.messages.set(each.id, each);
    this.paint();
  }

  oldest() {
    return this.sorted()[0];
  }

  sorted() {
    return [...this.messages.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  // --- what is seen ---

  paint() {
    if (!this.root) return;
    const messages = this.sorted();
    const greeting = this.keep.get("greeting");
    const isFirst = this.past.isWhole || !messages.length;
    const greeted = greeting && isFirst && !messages.some((each) => each.at < greeting.at) ? [{ id: "greeting", is_ours: true, author: null, kind: "text", files: [], seq: 0, ...greeting }] : [];
    const known = new Set(messages.map((each) => each.client_id));
    this.log.paint([...greeted, ...messages], this.queue.items.filter((each) => !known.has(each.client_id)), this.seenAt);
    const unread = this.receipts.shown(messages, this.isOpen && !this.form && document.visibilityState === "visible");
    this.badge.hidden = unread === 0;
    this.badge.textContent = unread > 99 ? "99+" : unread;
    const label = this.say(this.isOpen ? "close" : "open");
    this.launcher.setAttribute("aria-label", unread ? `${label}, ${this.say("unread", { n: unread })}` : label);
  }

  /** A picture has its height only once it is there. */
  grew() {
    if (this.log.isNearEnd() || this.log.root.scrollHeight - this.log.root.scrollTop < 2 * this.log.root.clientHeight) this.log.toEnd();
  }

  showState(isOnline) {
    clearTimeout(this.unsure);
    if (isOnline) this.state.textContent = "";
    else this.unsure = setTimeout(() => (this.state.textContent = this.say(navigator.onLine === false ? "offline" : "connecting")), navigator.onLine === false ? 0 : UNSURE_MS);
  }

  greet(text) {
    if (this.isOpen || this.messages.size) return;
    this.keep.set("greeting", { text, at: Date.now() });
    const dismiss = iconButton("close", this.say("dismiss"), () => (this.teaser.hidden = true));
    this.teaser.hidden = false; // before its words: what appears with them is not read out
    this.teaser.replaceChildren(el("button", { type: "button", class: "says", dir: "auto", onclick: () => this.open() }, text), dismiss);
    this.paint();
  }
}
