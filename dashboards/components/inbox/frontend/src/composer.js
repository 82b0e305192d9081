/** Where agents write: reply or note, draft kept, files, quick replies, templates when the window is closed. */

import { post } from "./api.js";
import { Attachments, voiceButton } from "./attachments.js";
import { offerChoices } from "./choices.js";
import { el, icon, iconButton } from "./dom.js";
import { count, moment, span, t } from "./format.js";
import { channelIcon } from "./list.js";
import { QuickReplies } from "./quick.js";
import { pickTemplate } from "./templates.js";

const TYPING_MS = 4000;
const isPhone = () => matchMedia("(pointer: coarse)").matches;

const MOST_PARTS = 10; // messages that one text may become
const LENGTHS = { characters: (text) => [...text].length, bytes: (text) => new TextEncoder().encode(text).length, utf16: (text) => text.length };

export class Composer {
  constructor(app) {
    this.app = app;
    this.mode = "reply";
    this.attachments = new Attachments(() => this.paint());
    this.quick = new QuickReplies(app, () => this.field, (text) => this.insert(text));
    this.field = el("textarea", { rows: "1", dir: "auto", "aria-label": t("Message"), on: {
      input: () => this.typed(), keydown: (event) => this.keys(event), paste: (event) => this.pasted(event), blur: () => this.quick.close(),
    } });
    this.modes = el("div", { class: "modes", role: "tablist", "aria-label": t("Kind of message") });
    this.quoted = el("div", { class: "quoted" });
    this.file = el("input", { type: "file", multiple: true, hidden: true, on: { change: () => (this.attach(this.file.files), (this.file.value = "")) } });
    this.notice = el("div", { class: "notice" });
    this.counter = el("bdi", { class: "counter" });
    this.door = el("button", { type: "button", class: "via", hidden: true, "aria-haspopup": "menu", title: t("Answer through another door"), on: { click: () => this.pickDoor() } });
    this.countdown = el("button", { type: "button", class: "countdown", hidden: true, on: { click: () => this.explainWindow() } });
    this.sendButton = el("button", { type: "button", class: "button primary send", on: { click: () => this.send() } }, icon("send"), el("span", { class: "label" }, t("Send")));
    this.tools = el("div", { class: "composer-tools" }, iconButton("attach", t("Attach files"), () => this.file.click()), iconButton("bolt", t("Quick replies"), () => this.quick.start()),
      iconButton("template", t("Send a template"), () => this.template()), voiceButton((files) => this.attach(files), (text) => app.say(text)) ?? "",
      iconButton("plus", t("Buttons, list, location"), (event) => this.choices(event.currentTarget)), this.file);
    this.root = el("div", { class: "composer", on: { dragover: (event) => event.preventDefault(), drop: (event) => (event.preventDefault(), this.attach(event.dataTransfer.files)) } },
      el("div", { class: "composer-top" }, this.modes, this.door, el("span", { class: "push" }), this.countdown), this.notice, this.quoted, this.quick.root, this.attachments.root, this.field,
      el("div", { class: "composer-foot" }, this.tools, el("span", { class: "push" }), this.counter, this.sendButton));
  }

  get conversation() {
    return this.app.store.known.get(this.id);
  }

  /** Show the draft of a conversation. */
  open(id) {
    this.id = id;
    const draft = this.app.outbox.draft(id) ?? {};
    this.mode = draft.mode ?? "reply";
    this.reply_to = draft.reply_to ?? null;
    this.field.value = draft.text ?? "";
    this.quick.close();
    this.attachments.open(id);
    this.grow();
  }

  /** Bring buttons, limits and notices up to date. */
  paint() {
    const c = this.conversation;
    if (!c) return;
    const isNote = this.mode === "note";
    const isMute = c.capabilities?.kinds.length === 0;
    const isClosed = !isNote && (isMute || c.held_elsewhere || !c.window_open);
    this.root.classList.toggle("noting", isNote);
    this.root.classList.toggle("closed", isClosed);
    this.modes.replaceChildren(...[["reply", t("Reply"), "r"], ["note", t("Note"), "n"]].map(([mode, label, key]) => el("button", {
      type: "button", role: "tab", class: "mode", "aria-selected": String(this.mode === mode), title: `${label} (${key})`, on: { click: () => this.turn(mode) } }, label)));
    this.field.placeholder = isNote ? t("Write a note only your team sees") : isPhone() ? t("Write a reply") : t("Write a reply, / for quick replies");
    this.field.hidden = isClosed;
    this.notice.replaceChildren(...(isClosed ? this.closedNotice(c, isMute) : []));
    this.quoted.replaceChildren(...(this.reply_to && !isNote ? [icon("reply", "tiny"), el("span", { dir: "auto" }, this.reply_to.text || t("A message")), iconButton("close", t("Do not quote"), () => this.quote(null))] : []));
    this.tools.hidden = isNote;
    this.tools.classList.toggle("mute", isMute);
    for (const node of this.tools.children) if (node !== this.tools.children[2]) node.classList.toggle("off", isClosed);
    this.tools.children[2].classList.toggle("off", c.held_elsewhere || !(c.capabilities?.kinds.includes("template") ?? true));
    this.sendButton.hidden = isClosed;
    this.sendButton.lastChild.textContent = isNote ? t("Add note") : t("Send");
    this.paintDoor(c);
    this.paintCount();
    this.tick();
  }

  /** Say by which door the answer goes, where there is a choice. */
  paintDoor(c) {
    this.door.hidden = this.mode === "note" || !c.doors?.length;
    if (!this.door.hidden) this.door.replaceChildren(channelIcon(c.inbox), el("bdi", {}, c.inbox.name), icon("down", "tiny"));
  }

  /** Go to the conversation at another door; what is typed goes along. */
  pickDoor() {
    const here = this.conversation;
    const others = here.doors.map((each) => this.app.store.known.get(each.conversation_id) ?? each);
    this.app.menus.open(this.door, el("h3", {}, t("Answer through")), ...[here, ...others].map((each) => this.app.menus.item(() => this.goTo(each),
      channelIcon(each.inbox), el("bdi", {}, each.inbox.name), each === here ? icon("check") : el("small", {}, each.window_open ? each.contact.address ?? "" : t("only templates")))));
  }

  goTo(other) {
    if (other.conversation_id === this.id) return;
    const text = this.field.value;
    if (text.trim() && !this.app.outbox.draft(other.conversation_id)?.text) {
      this.app.outbox.keep(other.conversation_id, { text, mode: "reply", reply_to: null });
      this.app.outbox.keep(this.id, null);
    }
    this.app.select(other.conversation_id);
  }

  closedNotice(c, isMute) {
    if (isMute) return [icon("alert"), el("span", {}, t("Nothing can be sent here: it was imported, or its channel is not connected."))];
    if (c.held_elsewhere) {
      return [icon("alert"), el("span", {}, t("Another app of your business answers here now. Take the conversation over to write.")),
        el("button", { type: "button", class: "button primary", on: { click: () => this.app.takeOver(c) } }, t("Take it over"))];
    }
    const hasTemplates = c.capabilities?.kinds.includes("template") ?? true;
    const at = c.last_inbound_at && moment(c.last_inbound_at);
    const why = !at ? t("They have not written yet: only an approved template can begin the conversation.")
      : hasTemplates ? t("Their last message came {at}. The time to write freely is over; only an approved template can be sent now.", { at })
        : t("Their last message came {at}. The time to write is over until they write again.", { at });
    return [icon("clock"), el("span", {}, why), hasTemplates ? el("button", { type: "button", class: "button primary", on: { click: () => this.template() } }, t("Choose a template")) : ""];
  }

  /** Say what the window is and until when this one is open. */
  explainWindow() {
    const at = moment(this.conversation.window_closes_at);
    this.app.menus.open(this.countdown, el("p", { class: "explained" }, t("You may write freely until {at}. Every message of theirs opens this time anew.", { at })));
  }

  paintCount() {
    const { text_limit: limit, text_unit: unit } = this.conversation?.capabilities ?? { text_limit: 4096, text_unit: "characters" };
    const length = LENGTHS[unit](this.field.value);
    const parts = this.mode === "reply" ? Math.ceil(length / limit) : 1;
    const isOver = parts > MOST_PARTS;
    this.counter.textContent = parts > 1 ? t("{n} messages", { n: parts }) : this.mode === "reply" && length > limit * 0.8 ? `${count(length).replace("+", "")} / ${limit}` : "";
    this.counter.classList.toggle("over", isOver);
    const hasBody = this.field.value.trim() || (this.mode === "reply" && this.attachments.files.length);
    this.sendButton.disabled = !hasBody || isOver || (this.mode === "reply" && !this.attachments.isReady);
  }

  /** Let the window's countdown run. */
  tick() {
    const c = this.conversation;
    const left = c?.window_closes_at ? Date.parse(c.window_closes_at) - Date.now() : null;
    this.countdown.hidden = this.mode !== "reply" || !c?.window_open || left === null;
    if (!this.countdown.hidden) this.countdown.replaceChildren(icon("clock", "tiny"), el("span", {}, t("Window closes in {span}", { span: span(left) })));
    this.countdown.classList.toggle("soon", left !== null && left < 2 * 36e5);
    if (c?.window_open && left !== null && left <= 0) {
      c.window_open = false;
      this.paint();
    }
  }

  typed() {
    this.keep();
    this.grow();
    this.quick.offer();
    const now = Date.now();
    if (now - (this.said ?? 0) < TYPING_MS || !this.field.value) return;
    this.said = now;
    this.app.stream.send({ type: "typing", conversation_id: this.id });
    if (this.mode === "reply" && now - (this.told ?? 0) > 20_000) {
      this.told = now;
      post(`/conversations/${this.id}/typing`).catch(() => null); // a courtesy to the customer; nothing depends on it
    }
  }

  keep() {
    this.app.outbox.keep(this.id, { text: this.field.value, mode: this.mode, reply_to: this.reply_to });
  }

  /** Let the field be as tall as its text; an empty one needs no measuring, which would lay the page out. */
  grow() {
    const { style, value } = this.field;
    style.height = value ? "auto" : "";
    if (value) style.height = `${Math.min(this.field.scrollHeight, innerHeight * 0.35)}px`;
    this.paint();
  }

  keys(event) {
    if (event.isComposing || this.quick.keys(event)) return;
    if (event.key === "Enter" && !event.shiftKey && (event.ctrlKey || event.metaKey || !isPhone())) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape") this.field.blur();
  }

  pasted(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    this.attach(event.clipboardData.files);
  }

  attach(files) {
    if (!files.length || this.mode === "note" || !this.conversation?.window_open || this.conversation.held_elsewhere) return;
    this.attachments.add([...files]);
    this.field.focus();
  }

  /** Switch between reply and note; the text stays. */
  turn(mode, isFocused = true) {
    this.mode = mode;
    this.keep();
    this.paint();
    if (isFocused) this.field.focus();
  }

  /** Answer one message in particular, or no longer. */
  quote(entry) {
    this.reply_to = entry && { message_id: entry.message_id, text: (entry.text ?? "").slice(0, 200) };
    this.turn("reply");
  }

  insert(text) {
    this.field.value = text;
    this.typed();
    this.field.focus();
  }

  template() {
    const c = this.conversation;
    pickTemplate(this.app, c, (template, parameters, text, upload_ids) => this.app.reply(c, { kind: "template", template: { template_id: template.template_id, parameters }, upload_ids }, { text, kind: "template", content: { name: template.name } }));
  }

  choices(anchor) {
    const c = this.conversation;
    offerChoices(this.app, anchor, c, this.field.value.trim(), (body, shown) => {
      this.app.reply(c, { ...body, reply_to_message_id: this.reply_to?.message_id }, { ...shown, reply_to: this.reply_to });
      if (this.id === c.conversation_id) this.clear();
    });
  }

  /** Begin anew: what was written is on its way. */
  clear() {
    this.field.value = "";
    this.reply_to = null;
    this.said = 0;
    this.keep();
    this.grow();
    this.field.focus();
  }

  send() {
    this.paintCount();
    if (this.sendButton.disabled || this.sendButton.hidden) return;
    const text = this.field.value.trim();
    const c = this.conversation;
    if (this.mode === "note") this.app.note(c, text);
    else this.sendReply(c, text);
    this.clear();
  }

  sendReply(c, text) {
    const files = this.attachments.take();
    const body = { kind: files.length ? "media" : "text", text: text || null, upload_ids: files.length ? files.map((each) => each.answer.upload_id) : undefined, reply_to_message_id: this.reply_to?.message_id };
    const media = files.map((each, index) => ({ index, filename: each.file.name, mime: each.file.type, size: each.file.size, url: each.url, state: "stored" }));
    this.app.reply(c, body, { media, reply_to: this.reply_to, kind: files.length ? files[0].file.type.split("/")[0] : "text" });
  }
}
