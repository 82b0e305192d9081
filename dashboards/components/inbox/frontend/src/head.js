/** The head of a conversation: whom it is with, who holds it, and what can be done. */

import { el, icon, iconButton } from "./dom.js";
import { moment, nameOf, t } from "./format.js";
import { avatar, channelIcon } from "./list.js";

/** Return the nodes of the head. */
export function head(app, c) {
  const held = c.assignee?.person_id === app.me.person_id;
  return [
    iconButton("back", t("Back to the list"), () => app.back(), "back"),
    avatar(nameOf(c), "wide-only", c.contact.picture_url),
    el("div", { class: "title" },
      el("h2", {}, el("bdi", {}, nameOf(c))),
      el("div", { class: "under" }, channelIcon(c.inbox), el("bdi", {}, c.inbox.name), el("bdi", { dir: "ltr", class: "address" }, c.inbox.channel === "webchat" ? "" : c.contact.address ?? ""), ...tags(app, c))),
    el("div", { class: "actions" },
      holder(app, c, held),
      ...state(app, c),
      iconButton("tag", t("Tags"), (event) => app.menus.tags(event.currentTarget, c), "not-phone"),
      more(app, c),
      iconButton("panel", t("Customer details"), () => app.togglePane())),
  ];
}

function tags(app, c) {
  return c.tags.map((tag) => el("span", { class: "chip tag" }, el("bdi", {}, tag),
    el("button", { type: "button", "aria-label": t("Remove the tag {tag}", { tag }), on: { click: () => app.untag(c, tag) } }, icon("close", "tiny"))));
}

/** On a phone, what does not fit beside the name. */
function more(app, c) {
  const act = (name, shape, label) => app.menus.item(() => app.menus[name](button, c), icon(shape), el("span", {}, label));
  const button = iconButton("more", t("More"), () => app.menus.open(button, c.status === "open" ? act("snooze", "snooze", t("Snooze")) : "", act("tags", "tag", t("Tags"))), "phone-only");
  return button;
}

function holder(app, c, held) {
  const open = (event) => app.menus.agents(event.currentTarget, c);
  if (!c.assignee) {
    const claim = el("button", { type: "button", class: "button primary", title: `${t("Take it")} (a)`, on: { click: () => app.claim(c) } }, t("Take it"));
    return el("span", { class: "pair" }, claim, iconButton("person", t("Assign to somebody"), open));
  }
  return el("button", { type: "button", class: "button holder", title: t("Assigned to {name}", { name: c.assignee.name }), "aria-haspopup": "menu", on: { click: open } },
    avatar(c.assignee.name, "mini"), el("bdi", { class: "label" }, held ? t("You") : c.assignee.name), icon("down", "tiny"));
}

function state(app, c) {
  if (c.status === "open") {
    return [iconButton("snooze", t("Snooze"), (event) => app.menus.snooze(event.currentTarget, c), "not-phone"),
      el("button", { type: "button", class: "button resolve", title: `${t("Resolve")} (e)`, on: { click: () => app.resolve(c) } }, icon("check"), el("span", { class: "label" }, t("Resolve")))];
  }
  const why = c.status === "snoozed" ? (c.snoozed_until_at ? t("Snoozed until {at}", { at: moment(c.snoozed_until_at) }) : t("Snoozed until they write")) : t("Resolved");
  return [el("span", { class: "chip status", title: why }, icon(c.status === "snoozed" ? "snooze" : "check"), el("span", { class: "label" }, why)),
    el("button", { type: "button", class: "button", on: { click: () => app.reopen(c) } }, icon("reopen"), el("span", { class: "label" }, t("Reopen")))];
}
