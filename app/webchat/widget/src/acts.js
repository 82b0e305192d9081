/** What a visitor can do with a message: quote it, and put a sign on what we wrote. */

import { el, iconButton } from "./dom.js";

const HELD_MS = 450;

/** Return the buttons of a message's node; `node.message` is the message as it is now. */
export function acts(node, house) {
  const { say, emoji } = house;
  const quiet = { class: "tool", tabindex: "-1" };
  const reply = iconButton("reply", say("reply"), () => house.quote(node.message), quiet);
  const buttons = [reply];
  if (node.message.is_ours && emoji.length) {
    const open = iconButton("smile", say("react"), () => choose(node, bar, open, house), { ...quiet, "aria-expanded": "false" });
    buttons.push(open);
  }
  const bar = el("span", { class: "acts", role: "group", "aria-live": "off" }, buttons);
  return bar;
}

/** Put the emoji in place of the buttons until one is chosen, or none. */
function choose(node, bar, open, house) {
  const before = [...bar.children];
  const mine = signOf(node.message);
  const end = () => {
    if (before[0].isConnected) return;
    const hadFocus = bar.contains(bar.getRootNode().activeElement);
    bar.classList.remove("wide");
    bar.replaceChildren(...before);
    bar.onkeydown = bar.onfocusout = null;
    if (hadFocus) open.focus();
  };
  const pick = (emoji) => (end(), house.react(node.message, emoji === mine ? null : emoji));
  const signs = house.emoji.map((each) => el("button", { type: "button", class: "tool", "aria-label": each === mine ? house.say("unreact", { emoji: each }) : each, "aria-pressed": String(each === mine), onclick: () => pick(each) }, each));
  bar.onkeydown = (event) => {
    const isMirrored = getComputedStyle(bar).direction === "rtl";
    const step = { ArrowRight: isMirrored ? -1 : 1, ArrowLeft: isMirrored ? 1 : -1 }[event.key];
    const at = signs.indexOf(bar.getRootNode().activeElement);
    if (step) signs[(at + step + signs.length) % signs.length].focus();
    else if (event.key === "Escape") end();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  bar.onfocusout = ({ relatedTarget }) => bar.contains(relatedTarget) || end();
  bar.classList.add("wide");
  bar.replaceChildren(...signs);
  (signs[house.emoji.indexOf(mine)] ?? signs[0]).focus();
}

const signOf = (message) => message.reactions?.find((each) => !each.is_ours)?.emoji;

/** Return the signs on a message; the visitor's own is a button that takes it back. */
export function signs(message, house) {
  const who = house.title;
  const nodes = (message.is_gone ? [] : message.reactions ?? []).map(({ emoji, is_ours: isOurs }) =>
    isOurs
      ? el("span", { class: "sign" }, el("span", { "aria-hidden": "true" }, emoji), el("span", { class: "unseen" }, house.say("reacted", { who, emoji })))
      : el("button", { type: "button", class: "sign mine", "aria-live": "off", "aria-label": house.say("unreact", { emoji }), onclick: () => house.react(message, null) }, emoji),
  );
  return el("span", { class: "signs" }, nodes);
}

/** Return a message that is quoted, as a few words. */
export function quote(quoted, house) {
  const who = quoted.is_ours ? house.title : house.say("you");
  return el("blockquote", { class: "quote" }, el("bdi", { class: "author" }, who), el("span", { dir: "auto" }, gist(quoted, house.say)));
}

/** Return what a message says in a line. */
export function gist({ text, kind, is_gone: isGone }, say) {
  return isGone ? say("gone") : text || say({ image: "image", audio: "voice" }[kind] ?? "file");
}

/** Let messages be chosen in a log: by arrow keys, by a long press; the buttons of the chosen one can be reached. */
export function choosing(root, first) {
  const rows = () => [...root.querySelectorAll(".row")];
  const rowOf = (target) => target.closest?.(".row");
  let timer;
  const hold = (held) => rows().forEach((each) => each.classList.toggle("held", each === held));
  root.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("audio")) return;
    const all = rows();
    const at = all.indexOf(rowOf(event.target));
    const next = at < 0 ? all.at(-1) : all[at + step] ?? (step < 0 ? first() : null);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  const reach = (event, index) => rowOf(event.target)?.querySelectorAll(".acts > .tool").forEach((each) => (each.tabIndex = index));
  root.addEventListener("focusin", (event) => reach(event, 0));
  root.addEventListener("focusout", (event) => event.relatedTarget && rowOf(event.relatedTarget) === rowOf(event.target) ? null : reach(event, -1));
  root.addEventListener("pointerdown", (event) => {
    clearTimeout(timer);
    if (event.pointerType === "mouse" || event.target.closest(".acts")) return;
    const row = rowOf(event.target); // once the event is over its target is the widget as a whole
    hold(null);
    timer = setTimeout(() => hold(row), HELD_MS);
  });
  for (const each of ["pointerup", "pointercancel"]) root.addEventListener(each, () => clearTimeout(timer)); // to scroll cancels
}
