/** One message as it is seen. */

import { acts, quote, signs } from "./acts.js";
import { getBlob } from "./blobs.js";
import { el, icon } from "./dom.js";
import { linked } from "./links.js";

/** Return what decides a message's body, and what decides the rest: how far it came changes, what it says hardly ever. */
export function signatures({ is_ours, author, text, files, choices, is_gone, quote, at, state, problem, is_edited, reactions, id }, facts) {
  const body = [is_ours, author, text, files, choices, is_gone, quote, facts.isAnswered];
  return [JSON.stringify(body), JSON.stringify([id, Math.floor(at / 60_000), state, problem, is_edited, reactions, facts.isFirst, facts.isLastSeen])];
}

/** Return the node of a message. */
export function bubble(message, facts, house) {
  const who = message.author ?? house.title;
  const node = el(
    "div",
    { role: "group", tabindex: "-1" },
    message.is_ours ? el("span", { class: "author", "aria-hidden": "true" }, el("bdi", {}, who)) : null,
    message.quote && !message.is_gone ? quote(message.quote, house) : null,
    message.files.map((file) => attachment(file, house)),
    message.is_gone ? el("p", { class: "bubble gone" }, house.say("gone")) : null,
    message.text ? el("p", { class: `bubble${isOnlyEmoji(message.text) ? " emoji" : ""}`, dir: "auto" }, linked(message.text)) : null,
    message.choices ? choices(message, facts, house) : null,
    el("span", { class: "signs" }),
    el("span"),
  );
  node.message = message;
  if (!message.is_gone && message.id !== "greeting") node.prepend(acts(node, house));
  dress(node, message, facts, house);
  return node;
}

/** Bring all but the body of a message's node up to date; a live region would read the whole of a new one again. */
export function dress(node, message, facts, house) {
  const time = new Intl.DateTimeFormat(house.language, { hour: "2-digit", minute: "2-digit" }).format(message.at);
  const who = message.is_ours ? message.author ?? house.title : house.say("you");
  node.className = ["row", message.is_ours ? "ours" : "theirs", facts.isFirst && "first", message.state].filter(Boolean).join(" ");
  node.setAttribute("aria-label", house.say("wrote", { who, time }));
  node.message = message;
  node.lastChild.replaceWith(foot(message, facts, time, house));
  const worn = signs(message, house);
  const shown = node.querySelector(".signs");
  if (shown.textContent !== worn.textContent) shown.replaceWith(worn);
}

const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\s){1,12}$/u;
const isOnlyEmoji = (text) => EMOJI.test(text) && /\p{Extended_Pictographic}/u.test(text);

function foot(message, facts, time, { say, queue }) {
  const at = el("time", { datetime: new Date(message.at).toISOString() }, time);
  const edited = message.is_edited ? `${say("edited")} · ` : null;
  if (message.is_ours) return el("span", { class: "foot", "aria-live": "off" }, edited, at);
  if (message.state === "failed") {
    const why = { forbidden_file: "bad_type", too_large: "too_large" }[message.problem];
    return el(
      "span",
      { class: "foot", role: "alert" },
      icon("alert"),
      ` ${why ? say(why) : say("failed")} `,
      why ? null : el("button", { type: "button", class: "word", onclick: () => queue.retry(message.client_id) }, say("retry")),
      el("button", { type: "button", class: "word", onclick: () => queue.drop(message.client_id) }, say("discard")),
    );
  }
  const [name, said] = message.state === "waiting" ? ["clock", say("waiting")] : facts.isLastSeen ? ["checks", say("seen")] : ["check", say("sent")];
  return el("span", { class: "foot", "aria-live": "off" }, edited, at, el("span", { class: "tick", title: said }, icon(name), el("span", { class: "unseen" }, said)));
}

function choices(message, facts, house) {
  const shown = message.choices;
  const rows = shown.buttons ?? (shown.sections ?? []).flatMap((section) => section.rows.map((row) => ({ ...row, section: section.title })));
  if (!rows.length) return null;
  let section = null;
  const nodes = rows.flatMap((row) => {
    const head = row.section && row.section !== section ? el("span", { class: "section" }, row.section) : null;
    section = row.section;
    const button = el("button", { type: "button", class: "choice", disabled: facts.isAnswered, onclick: () => house.answer(message, row) }, el("bdi", {}, row.title), row.description ? el("small", {}, row.description) : null);
    return [head, button];
  });
  return el("div", { class: `choices${shown.buttons ? "" : " rows"}`, role: "group", "aria-label": house.say("choose") }, nodes);
}

const PICTURE = /^image\/(jpeg|png|gif|webp)$/u;

function attachment(file, house) {
  const isSound = file.is_voice || file.mime?.startsWith("audio/");
  if (PICTURE.test(file.mime ?? "")) return picture(file, house);
  if (isSound) return sound(file, house);
  return chip(file, house);
}

/** Return the address of a file's bytes; fetched once, with the visitor's token, which no address may carry. */
async function addressOf(file, { api, addresses }) {
  const key = file.sha256 ?? file.local;
  if (!addresses.has(key)) {
    const bytes = file.local ? getBlob(file.local) : api.file(file.sha256);
    addresses.set(key, Promise.resolve(bytes).then((blob) => URL.createObjectURL(new Blob([blob], { type: file.mime }))));
    addresses.get(key).catch(() => addresses.delete(key));
  }
  return addresses.get(key);
}

function picture(file, house) {
  const image = el("img", { alt: file.filename || house.say("image") });
  const link = el("a", { class: "picture", target: "_blank", rel: "noopener" }, image);
  image.onerror = () => link.replaceWith(chip(file, house));
  image.onload = () => house.grew();
  addressOf(file, house).then(
    (address) => ((image.src = address), (link.href = address)),
    () => link.replaceWith(chip(file, house)),
  );
  return link;
}

function sound(file, house) {
  const player = el("audio", { controls: true, preload: "none", "aria-label": house.say("voice") });
  player.onerror = () => player.replaceWith(chip(file, house));
  addressOf(file, house).then((address) => (player.src = address), () => player.replaceWith(chip(file, house)));
  return player;
}

function chip(file, house) {
  const name = file.filename || house.say("voice");
  const save = async () => {
    const link = el("a", { href: await addressOf(file, house), download: name });
    link.click();
  };
  return el("button", { type: "button", class: "chip", "aria-label": house.say("download", { name }), onclick: () => save().catch(() => {}) }, icon("file"), el("span", {}, el("bdi", {}, name), el("small", {}, sizeOf(file.size, house.language))));
}

function sizeOf(bytes, language) {
  const isBig = bytes >= 1_048_576;
  const value = isBig ? bytes / 1_048_576 : Math.max(1, bytes / 1024);
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: isBig ? 1 : 0 }).format(value)} ${isBig ? "MB" : "KB"}`;
}
