/** Unread count in the tab's title; sound and notification only after the agent asked for them. */

import { iconButton } from "./dom.js";
import { nameOf, t } from "./format.js";
import { remember, remembered } from "./outbox.js";

const PREFIX = /^\(\d+\+?\) /u;

export class Notify {
  constructor() {
    this.isOn = remembered("notify", false);
    this.button = iconButton("bell", t("Sound and notifications"), () => this.turn());
    this.mark();
    // Streamlit writes the title again on every run.
    this.watcher = new MutationObserver(() => this.title());
    this.watcher.observe(document.head, { subtree: true, childList: true, characterData: true });
  }

  stop() {
    this.watcher.disconnect();
    document.title = document.title.replace(PREFIX, "");
  }

  count(n) {
    this.n = n;
    this.title();
  }

  title() {
    const wanted = (this.n ? `(${this.n}) ` : "") + document.title.replace(PREFIX, "");
    if (document.title !== wanted) document.title = wanted;
  }

  mark() {
    this.button.classList.toggle("on", this.isOn);
    this.button.setAttribute("aria-pressed", String(this.isOn));
  }

  async turn() {
    this.isOn = !this.isOn;
    remember("notify", this.isOn);
    this.mark();
    if (this.isOn) {
      this.sound();
      if (globalThis.Notification?.permission === "default") await Notification.requestPermission();
    }
  }

  /** Make itself heard about an inbound message, unless the agent is looking at it. */
  inbound(conversation, text, open) {
    if (!this.isOn) return;
    this.sound();
    if (document.visibilityState === "visible" || globalThis.Notification?.permission !== "granted") return;
    const shown = new Notification(nameOf(conversation), { body: text ?? "", tag: conversation.conversation_id });
    shown.onclick = () => (window.focus(), open());
  }

  sound() {
    this.audio ??= new AudioContext();
    const tone = this.audio.createOscillator();
    const volume = this.audio.createGain();
    const now = this.audio.currentTime;
    volume.gain.setValueAtTime(0.08, now);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.3);
    tone.frequency.setValueAtTime(740, now);
    tone.frequency.setValueAtTime(988, now + 0.09);
    tone.connect(volume).connect(this.audio.destination);
    tone.start(now);
    tone.stop(now + 0.32);
  }
}
