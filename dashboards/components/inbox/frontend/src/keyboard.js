/** Shortcuts of the inbox. They are taken in the capture phase: Streamlit would rerun on r. */

import { el } from "./dom.js";
import { t } from "./format.js";

/** Return the keys with what each does; the sheet and the handler read this one table. */
const table = (app) => [
  ["j", t("Next conversation"), () => app.step(1)],
  ["k", t("Previous conversation"), () => app.step(-1)],
  ["r", t("Write a reply"), () => app.selected && app.composer.turn("reply")],
  ["n", t("Write a note"), () => app.selected && app.composer.turn("note")],
  ["a", t("Take the conversation"), () => app.current && app.claim(app.current)],
  ["e", t("Resolve the conversation"), () => app.current && (app.current.status === "resolved" ? null : app.resolve(app.current))],
  ["/", t("Search"), () => (app.back(), app.list.search.focus(), app.list.search.select())],
  ["?", t("Show these shortcuts"), () => app.keyboard.help()],
  ["Escape", t("Leave the field, close, go back"), () => app.back()],
];

export class Keyboard {
  constructor(app) {
    this.app = app;
    this.keys = table(app);
    this.handle = (event) => this.press(event);
    window.addEventListener("keydown", this.handle, true);
  }

  stop() {
    window.removeEventListener("keydown", this.handle, true);
  }

  press(event) {
    const target = event.composedPath()[0];
    const isTyping = target.matches?.("input, textarea, select, [contenteditable=true]");
    const isOpen = this.app.root.querySelector("dialog[open], .menu");
    if (isTyping || isOpen || event.ctrlKey || event.metaKey || event.altKey || !this.app.root.isConnected) return;
    if (document.querySelector("[data-testid=stDialog]")) return;
    const found = this.keys.find(([key]) => key === event.key);
    if (!found) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    found[2]();
  }

  /** Show the sheet of shortcuts. */
  help() {
    const rows = [...this.keys, ["Enter", t("Send")], ["Shift+Enter", t("New line")], [`/`, t("Quick replies, in the composer")]];
    this.app.menus.dialog(t("Keyboard shortcuts"), el("dl", { class: "keys" }, ...rows.map(([key, label]) => el("div", {}, el("dt", {}, el("kbd", {}, key === "Escape" ? "Esc" : key)), el("dd", {}, label)))));
  }
}
