/** Files on their way: uploaded at once, shown with progress, sent with the reply. */

import { upload } from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { size, t } from "./format.js";

export class Attachments {
  constructor(changed) {
    this.changed = changed;
    this.byConversation = new Map();
    this.root = el("div", { class: "attachments" });
  }

  /** Show the files of a conversation. */
  open(id) {
    this.id = id;
    this.paint();
  }

  get files() {
    return this.byConversation.get(this.id) ?? [];
  }

  /** Start uploading files that were chosen, dropped or pasted. */
  add(list) {
    const id = this.id;
    for (const file of list) {
      const held = { file, progress: 0, url: URL.createObjectURL(file) };
      this.byConversation.set(id, [...(this.byConversation.get(id) ?? []), held]);
      this.begin(held);
    }
    this.paint();
  }

  begin(held) {
    Object.assign(held, { progress: 0, problem: null });
    held.upload = upload(held.file, (progress) => {
      held.progress = progress;
      held.bar?.style.setProperty("--done", progress);
    });
    held.upload.done.then((answer) => (held.answer = answer), (error) => (held.problem = error.message)).then(() => this.paint());
  }

  drop(held) {
    held.upload.abort();
    this.byConversation.set(this.id, this.files.filter((each) => each !== held));
    this.paint();
  }

  /** Take the files out of the composer; they now belong to a reply. */
  take() {
    const taken = this.files;
    this.byConversation.delete(this.id);
    this.paint();
    return taken;
  }

  get isReady() {
    return this.files.every((each) => each.answer);
  }

  paint() {
    this.root.replaceChildren(...this.files.map((held) => {
      held.bar = el("span", { class: `bar ${held.answer ? "done" : ""}` });
      held.bar.style.setProperty("--done", held.progress);
      return el("div", { class: `attached${held.problem ? " failed" : ""}` },
        held.file.type.startsWith("image/") ? el("img", { src: held.url, alt: "" }) : icon(held.file.type.startsWith("audio/") ? "mic" : "file"),
        el("span", {}, el("bdi", {}, held.file.name), el("small", {}, held.problem ?? size(held.file.size))),
        held.problem ? iconButton("reopen", t("Try again"), () => (this.begin(held), this.paint())) : null,
        iconButton("close", t("Remove the file"), () => this.drop(held)), held.bar);
    }));
    this.changed();
  }
}

const VOICE_TYPES = ["audio/ogg;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"]; // what WhatsApp takes and a browser may record

/** Return a button that records a voice note, or null where the browser cannot make a kind the channel takes. */
export function voiceButton(taken, say) {
  const type = VOICE_TYPES.find((each) => globalThis.MediaRecorder?.isTypeSupported(each));
  if (!type || !navigator.mediaDevices) return null;
  let recorder = null;
  const button = iconButton("mic", t("Record a voice note"), () => (recorder ? recorder.stop() : begin()));

  async function begin() {
    let sound;
    try {
      sound = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      say(t("The microphone is not available"));
      return;
    }
    const pieces = [];
    recorder = new MediaRecorder(sound, { mimeType: type });
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      const mime = type.split(";")[0];
      recorder = null;
      button.classList.remove("recording");
      for (const track of sound.getTracks()) track.stop();
      taken([new File(pieces, `voice.${mime.split("/")[1]}`, { type: mime })]);
    };
    recorder.start();
    button.classList.add("recording");
  }
  return button;
}
