/** One entry of a thread as people see it: message, note or activity line. */

import { contentOf } from "./content.js";
import { el, icon, iconButton, linked } from "./dom.js";
import { clock, moment, t } from "./format.js";
import { channelIcon } from "./list.js";
import { entryId } from "./store.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** Return the node of an entry; `isRun` says that it continues what the same author just said. */
export function bubble(app, entry, isRun) {
  const node = { note, activity }[entry.type]?.(app, entry) ?? message(app, entry, isRun);
  node.dataset.key = entryId(entry);
  return node;
}

const time = (at) => el("bdi", {}, el("time", { datetime: at, title: moment(at) }, clock(at)));

function activity(app, entry) {
  return el("div", { class: "activity" }, el("span", { dir: "auto" }, sentenceOf(entry)), time(entry.at));
}

/** Say in the reader's language what was done; the server's own sentence serves for events that are new to us. */
function sentenceOf(entry) {
  const given = entry.payload ?? {};
  const facts = { name: entry.author?.name ?? t("Somebody"), tag: given.tag ?? "", assignee: given.assignee_name ?? t("Somebody") };
  const known = {
    "conversation.resolved": () => t("{name} resolved the conversation", facts),
    "conversation.reopened": () => (given.reason === "snooze_ended" ? t("The snooze ended") : t("{name} reopened the conversation", facts)),
    "conversation.snoozed": () => (given.until_us ? t("{name} snoozed the conversation", facts) : t("{name} snoozed the conversation until the customer writes", facts)),
    "conversation.tagged": () => t("{name} put on the tag “{tag}”", facts), "conversation.untagged": () => t("{name} took off the tag “{tag}”", facts),
    "conversation.assigned": () => (!given.assignee_id ? t("{name} unassigned the conversation", facts)
      : given.assignee_id === entry.author?.person_id ? t("{name} took the conversation", facts) : t("{name} assigned the conversation to {assignee}", facts)),
  };
  return known[entry.activity]?.() ?? entry.text ?? entry.activity;
}

function note(app, entry) {
  return el("div", { class: `bubble-row out noted ${entry.delivery_status ?? ""}` }, el("div", { class: "bubble note" },
    el("div", { class: "author" }, icon("note", "tiny"), el("bdi", {}, entry.author?.name ?? ""), el("small", {}, t("Only your team sees this"))),
    el("div", { class: "text", dir: "auto" }, ...linked(entry.text ?? "")), el("div", { class: "meta" }, time(entry.at), entry.client_id ? delivery(entry) : null)),
  entry.client_id ? trouble(app, entry) : null);
}

function message(app, entry, isRun) {
  const isOut = entry.direction === "outbound";
  const isSigned = isOut || (isGroup(app, entry) && !isElsewhere(app, entry));
  const inner = el("div", { class: `bubble${entry.is_revoked ? " revoked" : ""}${entry.kind === "sticker" ? " bare" : ""}` },
    isSigned && !isRun && entry.author?.name ? el("div", { class: "author" }, el("bdi", {}, entry.author.name), entry.author.kind === "bot" ? el("small", {}, t("Bot")) : null) : null,
    entry.reply_to ? el("blockquote", { class: "quote", dir: "auto" }, entry.reply_to.text || t("A message")) : null,
    ...(entry.is_revoked ? [el("div", { class: "text" }, t("This message was withdrawn")), entry.text ? el("div", { class: "text was", dir: "auto" }, entry.text) : null] : contentOf(entry)),
    el("div", { class: "meta" }, doorOf(app, entry), entry.is_edited ? el("span", {}, t("edited")) : null, time(entry.at), isOut ? delivery(entry) : null),
    entry.reactions?.length ? el("div", { class: "reactions" }, ...entry.reactions.map((each) => el("span", { title: each.by === "contact" ? t("Customer") : t("Us") }, each.emoji))) : null);
  return el("div", { class: `bubble-row ${isOut ? "out" : "in"}${isRun ? " run" : ""} ${entry.delivery_status ?? ""}` }, inner, entry.client_id || isElsewhere(app, entry) ? null : tools(app, entry), trouble(app, entry));
}

/** Say whether somebody else than the conversation's contact wrote: in a group each message needs its author's name. */
const isGroup = (app, entry) => entry.author?.kind === "contact" && entry.author.name !== (app.store.known.get(app.thread.id)?.contact.name ?? entry.author.name);

const isElsewhere = (app, entry) => Boolean(entry.conversation_id) && entry.conversation_id !== app.thread.id;

/** Say by which door a message came or went, where the customer uses several. */
function doorOf(app, entry) {
  const hasDoors = isElsewhere(app, entry) || app.store.known.get(app.thread.id)?.doors?.length;
  return hasDoors && entry.inbox ? el("span", { class: `by${isElsewhere(app, entry) ? " elsewhere" : ""}` }, channelIcon(entry.inbox), el("bdi", {}, entry.inbox.name)) : null;
}

function tools(app, entry) {
  const { kinds, quotes } = app.store.known.get(app.thread.id)?.capabilities ?? {};
  const ours = entry.reactions?.find((each) => each.by === "business")?.emoji;
  // The sign that is there already takes itself back.
  const react = iconButton("smile", t("React"), () => app.menus.emoji(react, EMOJI, ours, (emoji) => app.react(entry, emoji === ours ? "" : emoji)));
  return el("div", { class: "tools" }, quotes ?? true ? iconButton("reply", t("Reply to this message"), () => app.composer.quote(entry)) : null, kinds?.includes("reaction") ?? true ? react : null);
}

function delivery(entry) {
  const [name, label, extra = ""] = {
    sending: ["clock", t("Sending")], queued: ["clock", t("Waiting to be sent")], accepted: ["clock", t("Waiting to be sent")], sent: ["check", t("Sent")], delivered: ["checks", t("Delivered")], read: ["checks", t("Read"), "blue"],
    played: ["checks", t("Played"), "blue"], failed: ["alert", t("Not sent"), "red"], unsent: ["alert", t("Not sent"), "red"], unresolved: ["question", t("Outcome unknown"), "amber"], cancelled: ["close", t("Given up")],
  }[entry.delivery_status] ?? ["check", entry.delivery_status ?? ""];
  return el("span", { class: `delivery ${extra}`, role: "img", "aria-label": label, title: label }, icon(name, "tiny"));
}

function trouble(app, entry) {
  const button = (label, act) => el("button", { type: "button", class: "link", on: { click: act } }, label);
  if (entry.delivery_status === "unsent") {
    return el("div", { class: "trouble", role: "alert" }, entry.problem ?? t("This was not sent yet."), button(t("Send again"), () => app.resend(entry)), button(t("Back to the composer"), () => app.takeBack(entry)));
  }
  if (entry.delivery_status === "failed") {
    return el("div", { class: "trouble" }, el("span", { dir: "auto" }, entry.error?.advice ? t(entry.error.advice) : entry.error?.detail || t("The channel refused this message.")), entry.error?.code ? el("bdi", { class: "code" }, String(entry.error.code)) : null, button(t("Retry"), () => app.message(entry, "retry")));
  }
  if (entry.delivery_status === "unresolved") {
    return el("div", { class: "trouble amber" }, t("The channel did not answer, so this may or may not have arrived. Retrying could send it twice."), button(t("Retry"), () => app.message(entry, "retry")), button(t("Give up"), () => app.message(entry, "cancel")));
  }
  return entry.delivery_status === "queued" && !entry.client_id && Date.now() - Date.parse(entry.at) > 60_000
    ? el("div", { class: "trouble quiet" }, button(t("Cancel sending"), () => app.message(entry, "cancel"))) : null;
}

