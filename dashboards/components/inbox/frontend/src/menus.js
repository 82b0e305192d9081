/** Small menus and dialogs: agents, snooze, tags, emoji, and the sheet of shortcuts. */

import { el, icon, iconButton } from "./dom.js";
import { instantOf, localTime, moment, t } from "./format.js";
import { avatar } from "./list.js";

/** Return the instants offered for snoozing, on the clock of the business. */
export function snoozeTimes(now = new Date()) {
  const here = localTime(now);
  const at = (days, hour) => instantOf(here.year, here.month, here.day + days, hour);
  const monday = ((8 - here.weekday) % 7) || 7;
  const offers = [[t("In one hour"), new Date(now.getTime() + 36e5)], [t("In three hours"), new Date(now.getTime() + 3 * 36e5)]];
  if (here.hour < 17) offers.push([t("This evening"), at(0, 18)]);
  offers.push([t("Tomorrow morning"), at(1, 9)]);
  return monday === 1 ? offers : [...offers, [t("Next Monday"), at(monday, 9)]];
}

export class Menus {
  constructor(app) {
    this.app = app;
  }

  /** Open a menu under an element; it closes by Esc, a click elsewhere or a choice. */
  open(anchor, ...children) {
    this.close();
    const node = el("div", { class: "menu", role: "menu", popover: "auto" }, ...children);
    this.app.root.append(node);
    this.node = node;
    node.addEventListener("toggle", (event) => event.newState === "closed" && node.remove());
    node.addEventListener("keydown", (event) => this.move(event));
    node.showPopover();
    this.settle(node, anchor.getBoundingClientRect());
    (node.querySelector("input") ?? node.querySelector("button"))?.focus();
    return node;
  }

  close() {
    if (this.node?.isConnected) this.node.hidePopover();
    this.node = null;
  }

  settle(node, anchor) {
    const { offsetWidth: width, offsetHeight: height } = node;
    const isRtl = getComputedStyle(this.app.root).direction === "rtl";
    const left = isRtl ? anchor.left : anchor.right - width;
    const isBelow = anchor.bottom + height + 8 < innerHeight;
    node.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    node.style.top = `${Math.max(8, isBelow ? anchor.bottom + 4 : anchor.top - height - 4)}px`;
  }

  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...this.node.querySelectorAll("button:not([hidden])")];
    const at = items.indexOf(this.app.root.getRootNode().activeElement);
    items.at((at + step + items.length) % items.length)?.focus();
  }

  item(act, ...children) {
    return el("button", { type: "button", role: "menuitem", class: "item", on: { click: () => (this.close(), act()) } }, ...children);
  }

  async agents(anchor, c) {
    const agents = await this.app.reference("/agents", "agents");
    const items = agents.map((each) => this.item(() => this.app.assign(c, each.person_id), avatar(each.name, "mini"), el("bdi", {}, each.name), c.assignee?.person_id === each.person_id ? icon("check") : null));
    const find = el("input", { type: "search", class: "search-field", placeholder: t("Find a person"), "aria-label": t("Find a person"), on: { input: () => {
      for (const item of items) item.hidden = !item.textContent.toLocaleLowerCase().includes(find.value.toLocaleLowerCase());
    } } });
    this.open(anchor, agents.length > 6 ? find : el("h3", {}, t("Assign to")), ...items, c.assignee ? this.item(() => this.app.assign(c, null), icon("close"), el("span", {}, t("Nobody"))) : null);
  }

  snooze(anchor, c) {
    const pick = el("input", { type: "datetime-local", "aria-label": t("Date and time"), class: "field" });
    const set = () => {
      const [year, month, day, hour, minute] = pick.value.split(/[-T:]/u).map(Number);
      const chosen = pick.value && instantOf(year, month, day, hour, minute);
      if (chosen && chosen > new Date()) this.close(), this.app.snooze(c, chosen);
    };
    this.open(anchor, el("h3", {}, t("Snooze until")),
      ...snoozeTimes().map(([label, at]) => this.item(() => this.app.snooze(c, at), icon("snooze"), el("span", {}, label), el("small", {}, moment(at)))),
      this.item(() => this.app.snooze(c, null), icon("bell"), el("span", {}, t("Until they write again"))),
      el("div", { class: "pick" }, pick, el("button", { type: "button", class: "button", on: { click: set } }, t("Set"))));
    this.node.querySelector("button").focus();
  }

  async tags(anchor, c) {
    const known = (await this.app.reference("/tags", "tags")).map((each) => each.tag ?? each);
    const add = (tag) => tag && !c.tags.includes(tag) && this.app.tag(c, tag);
    const field = el("input", { class: "search-field", placeholder: t("Find or make a tag"), "aria-label": t("Find or make a tag"), maxlength: "40", on: {
      input: () => items.forEach((item) => (item.hidden = !item.textContent.includes(field.value.trim()))),
      keydown: (event) => event.key === "Enter" && (this.close(), add(field.value.trim())),
    } });
    const items = known.map((tag) => this.item(() => (c.tags.includes(tag) ? this.app.untag(c, tag) : add(tag)), icon("tag"), el("bdi", {}, tag), c.tags.includes(tag) ? icon("check") : null));
    this.open(anchor, field, ...items);
  }

  emoji(anchor, offered, chosen, act) {
    const all = chosen && !offered.includes(chosen) ? [chosen, ...offered] : offered;
    this.open(anchor, el("div", { class: "emoji" }, ...all.map((each) => el("button", { type: "button", "aria-label": each, "aria-pressed": String(each === chosen), on: { click: () => (this.close(), act(each)) } }, each))));
  }

  /** Open a dialog with a title; returns it. It closes by Esc, its cross, or `dialog.close()`. */
  dialog(title, ...children) {
    const dialog = el("dialog", { "aria-label": title });
    dialog.append(el("header", {}, el("h2", {}, title), iconButton("close", t("Close"), () => dialog.close())), ...children.filter(Boolean));
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    this.app.root.append(dialog);
    dialog.showModal();
    return dialog;
  }
}
