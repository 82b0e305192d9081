/** Where the visitor writes, adds files and speaks. */

import { gist } from "./acts.js";
import { el, icon, iconButton } from "./dom.js";
import { record } from "./voice.js";

const TYPING_EVERY_MS = 3_000;

export class Composer {
  /** `on` has send(text), file(file, isVoice) and typing(), draft(text), quoting(message); `limits` are the server's. */
  constructor({ say, limits, draft, title, quoted }, on) {
    Object.assign(this, { say, limits, on, title, typedAt: 0 });
    this.field = el("textarea", { rows: "1", placeholder: say("write"), "aria-label": say("write"), enterkeyhint: "send", dir: "auto", autocomplete: "off" });
    this.field.value = draft ?? "";
    this.picker = el("input", { type: "file", hidden: true, tabindex: "-1", accept: accepted(limits.types) });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.quoting = el("div", { class: "quoting", hidden: true });
    this.attach = iconButton("clip", say("attach"), () => this.picker.click());
    this.mic = record.isPossible() ? iconButton("mic", say("record"), () => this.speak()) : null;
    this.button = iconButton("send", say("send"), () => this.send(), { class: "tool go" });
    this.bar = el("div", { class: "bar" }, this.attach, this.field, this.mic, this.button);
    this.root = el("div", { class: "composer" }, this.problem, this.quoting, this.bar, this.picker);
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    this.picker.addEventListener("change", () => this.picked(this.picker.files));
    this.quote(quoted ?? null);
    this.look();
  }

  /** Answer this message with what is written next; null for none. */
  quote(message) {
    this.quoted = message && { id: message.id, is_ours: message.is_ours, kind: message.kind, text: message.text?.slice(0, 200) ?? null, is_gone: false };
    this.on.quoting(this.quoted);
    this.quoting.hidden = !this.quoted;
    if (!this.quoted) return this.quoting.replaceChildren();
    const who = this.say("quoted", { who: message.is_ours ? this.title : this.say("yourself") });
    const words = el("span", { role: "status" }, el("bdi", { class: "author" }, who), el("span", { dir: "auto" }, gist(this.quoted, this.say)));
    this.quoting.replaceChildren(icon("reply"), words, iconButton("close", this.say("unquote"), () => (this.quote(null), this.field.focus())));
  }

  /** Return what is quoted, once. */
  takeQuote() {
    const quoted = this.quoted;
    this.quote(null);
    return quoted;
  }

  /** Let files be dropped on a node. */
  takesDrops(node) {
    node.addEventListener("dragover", (event) => event.preventDefault());
    node.addEventListener("drop", (event) => (event.preventDefault(), this.take(event, event.dataTransfer)));
  }

  /** Say why something did not work; an empty text says nothing. */
  complain(text) {
    this.problem.textContent = text;
  }

  key(event) {
    if (event.key === "Escape" && this.quoted) return event.stopPropagation(), this.quote(null);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  typed() {
    this.look();
    this.on.draft(this.field.value);
    const now = Date.now();
    if (this.field.value && now - this.typedAt > TYPING_EVERY_MS) {
      this.typedAt = now;
      this.on.typing();
    }
  }

  look() {
    const over = this.field.value.length - this.limits.text;
    this.complain(over > 0 ? this.say("too_long", { n: over }) : "");
    this.root.classList.toggle("filled", this.field.value.trim() !== "");
    this.button.disabled = over > 0 || this.field.value.trim() === "";
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${Math.min(this.field.scrollHeight, 128)}px`);
  }

  send() {
    if (this.button.disabled) return;
    const text = this.field.value;
    this.field.value = "";
    this.typedAt = 0;
    this.typed();
    this.on.send(text.trim());
    this.field.focus();
  }

  take(event, given) {
    if (!given?.files?.length) return;
    event.preventDefault();
    this.picked(given.files);
  }

  picked(files) {
    for (const file of files) {
      if (file.size > this.limits.file) this.complain(this.say("too_large"));
      else if (file.size) this.on.file(file, false);
    }
    this.picker.value = "";
    this.field.focus();
  }

  async speak() {
    this.complain("");
    const shown = el("span", { class: "elapsed", role: "timer" }, "0:00");
    let recording;
    try {
      recording = await record((seconds) => (shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`));
    } catch {
      this.complain(this.say("no_mic"));
      return;
    }
    const end = async (isKept) => {
      const file = await recording.stop();
      bar.replaceWith(this.bar);
      this.field.focus();
      if (isKept && file.size) this.on.file(file, true);
    };
    const bar = el(
      "div",
      { class: "bar speaking", onkeydown: (event) => event.key === "Escape" && (event.stopPropagation(), end(false)) },
      iconButton("bin", this.say("discard"), () => end(false)),
      el("span", { class: "live" }, el("i", { class: "pulse" }), el("span", { role: "status" }, this.say("recording")), shown),
      iconButton("send", this.say("send"), () => end(true), { class: "tool go" }),
    );
    this.bar.replaceWith(bar);
    bar.lastChild.focus();
  }
}

/** Return what a file picker offers; a type that ends in a dot is a family. */
function accepted(types) {
  const whole = types.filter((each) => !each.endsWith(".") && !each.endsWith("/"));
  return [...whole, ".docx", ".xlsx", ".pptx"].join(",");
}
