/** The left pane: tabs with counts, filters, search, and the conversations. */

import { el, icon, iconButton, safeUrl } from "./dom.js";
import { count, hue, initials, nameOf, span, stamp, t } from "./format.js";
import { previewOf } from "./content.js";
import { filterBar } from "./filters.js";

const HOVER_MS = 60; // long enough to skip rows the pointer only crosses

/** Return a round avatar in the person's own colour, with their picture over it where there is one. */
export function avatar(name, extra = "", picture = null) {
  const node = el("span", { class: `avatar ${extra}`, title: name, "aria-hidden": "true" }, initials(name));
  node.style.setProperty("--hue", hue(name));
  if (safeUrl(picture)) node.append(el("img", { src: safeUrl(picture), alt: "", loading: "lazy", on: { error: (event) => event.currentTarget.remove() } }));
  return node;
}

/** Return the channel's icon with its name for screen readers. */
export function channelIcon(inbox) {
  const node = el("span", { class: "channel", title: inbox.name, role: "img", "aria-label": inbox.name });
  node.append(icon(inbox.channel));
  return node;
}

export class List {
  constructor(app) {
    this.app = app;
    this.rows = new Map();
    this.tabs = el("div", { class: "tabs", role: "tablist", "aria-label": t("Conversations") });
    this.search = el("input", {
      class: "search-field", type: "search", placeholder: t("Search"), "aria-label": t("Search conversations"), value: app.store.filters.q ?? "",
      on: { input: () => this.searchSoon(), keydown: (event) => this.searchKeys(event) },
    });
    this.filters = filterBar(app, () => this.reload());
    this.items = el("div", { class: "rows", role: "listbox", "aria-label": t("Conversations"), tabindex: "-1" });
    this.more = el("div", { class: "more" });
    this.scroll = el("div", { class: "scroll" }, this.items, this.more);
    const find = el("div", { class: "find" }, el("div", { class: "searching" }, icon("search"), this.search, el("kbd", {}, "/")), this.filters.button, app.notify.button, iconButton("keyboard", t("Keyboard shortcuts"), () => this.app.keyboard.help(), "wide-only"));
    this.root = el("nav", { class: "list", "aria-label": t("Conversations") }, this.tabs, find, this.filters.panel, this.scroll);
    this.watcher = new IntersectionObserver(([seen]) => seen.isIntersecting && this.loadMore(), { root: this.scroll, rootMargin: "400px" });
    this.watcher.observe(this.more);
  }

  searchKeys(event) {
    if (event.key === "Escape") {
      if (this.search.value) this.searchNow("");
      this.search.value = "";
      this.search.blur();
    } else if (event.key === "Enter") this.app.step(0);
  }

  searchSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.searchNow(this.search.value.trim()), 220);
  }

  searchNow(q) {
    this.app.store.filters.q = q;
    this.reload();
  }

  /** Load from the top, showing a skeleton meanwhile. */
  async reload() {
    const asked = (this.asked = Symbol("list"));
    this.skeleton();
    try {
      await this.app.store.load();
    } catch (error) {
      if (error.name !== "AbortError" && this.asked === asked) this.failed(error);
      return;
    }
    if (this.asked === asked) {
      this.paint();
      this.scroll.scrollTop = 0;
    }
  }

  async loadMore() {
    if (!this.app.store.cursor || this.isLoading) return;
    this.isLoading = true;
    try {
      await this.app.store.load(true);
      this.paint();
    } catch (error) {
      if (error.name !== "AbortError") this.app.say(error.message);
    } finally {
      this.isLoading = false;
    }
  }

  skeleton() {
    this.rows.clear();
    this.items.setAttribute("aria-busy", "true");
    this.items.replaceChildren(...Array.from({ length: 8 }, () => el("div", { class: "row skeleton" },
      el("span", { class: "avatar" }), el("span", { class: "bar" }), el("span", { class: "bar short" }))));
    this.more.replaceChildren();
    this.paintTabs();
  }

  failed(error) {
    this.items.removeAttribute("aria-busy");
    this.items.replaceChildren(el("div", { class: "empty", role: "alert" }, icon("alert"),
      el("strong", {}, t("The list could not be loaded")), el("p", {}, error.message),
      el("button", { type: "button", class: "button", on: { click: () => this.reload() } }, t("Try again"))));
  }

  empty() {
    const f = this.app.store.filters;
    const isNarrow = f.q || f.unread || f.waiting || f.channel || f.inbox_id || f.assignee_id || f.tag || f.status !== "open";
    const sentence = isNarrow ? t("Nothing matches. Try fewer filters or other words.")
      : { mine: t("Nothing is assigned to you. Take one from Unassigned."), unassigned: t("Everything has an owner. Well done."), all: t("Messages from your customers will appear here.") }[f.tab];
    return el("div", { class: "empty" }, icon(isNarrow ? "search" : "checks"), el("strong", {}, isNarrow ? t("No conversations found") : t("All clear")), el("p", {}, sentence));
  }

  /** Show the order as it now is; rows that did not change are kept. */
  paint() {
    this.paintTabs();
    this.items.removeAttribute("aria-busy");
    const { order, known, cursor } = this.app.store;
    const wanted = order.map((id) => this.row(known.get(id)));
    const listed = new Set(order);
    for (const id of this.rows.keys()) if (!listed.has(id)) this.rows.delete(id);
    if (!wanted.length) this.items.replaceChildren(this.empty());
    else this.arrange(wanted);
    this.more.replaceChildren(...(cursor ? [el("span", { class: "spinner" })] : []));
    this.app.notify.count(order.filter((id) => known.get(id).unread_count > 0 && known.get(id).status === "open").length);
  }

  arrange(wanted) {
    let here = this.items.firstChild;
    for (const row of wanted) {
      if (row === here) here = here.nextSibling;
      else this.items.insertBefore(row, here);
    }
    while (here) {
      const next = here.nextSibling;
      here.remove();
      here = next;
    }
  }

  row(c) {
    const id = c.conversation_id;
    const isChosen = this.app.selected === id;
    const face = `${c.version}.${c.unread_count}.${isChosen}.${isChosen ? "" : (this.app.outbox.draft(id)?.text ?? "")}`;
    const held = this.rows.get(id);
    if (held?.face === face) return held.node;
    const node = this.drawRow(c);
    if (held?.node.parentNode) held.node.replaceWith(node);
    this.rows.set(id, { face, node });
    return node;
  }

  drawRow(c) {
    const id = c.conversation_id;
    const isChosen = this.app.selected === id;
    const draft = isChosen ? null : this.app.outbox.draft(id);
    const preview = draft?.text ? [el("em", {}, `${t("Draft")}: `), draft.text] : previewOf(c.preview);
    return el("div", {
      class: `row${isChosen ? " chosen" : ""}${c.unread_count ? " unread" : ""}`, role: "option", "aria-selected": String(isChosen), tabindex: isChosen ? "0" : "-1", dataset: { id },
      on: {
        click: (event) => this.app.select(id, { began: event.timeStamp }),
        keydown: (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), this.app.select(id)),
        pointerenter: () => (this.hover = setTimeout(() => this.app.prefetch(id), HOVER_MS)), pointerleave: () => clearTimeout(this.hover),
      },
    },
    avatar(nameOf(c), "", c.contact.picture_url),
    el("span", { class: "who" }, el("bdi", { class: "name" }, nameOf(c)), channelIcon(c.inbox), el("bdi", { class: "at" }, stamp(c.last_message_at))),
    el("span", { class: "said" }, c.preview?.direction === "outbound" && !draft ? icon("reply", "tiny") : null, el("span", { class: "preview", dir: "auto" }, ...preview)),
    el("span", { class: "marks" }, this.waiting(c), this.window(c),
      c.status === "snoozed" ? el("span", { class: "chip" }, icon("snooze"), c.snoozed_until_at ? stamp(c.snoozed_until_at) : "") : null,
      c.status === "resolved" ? el("span", { class: "chip good" }, icon("check"), t("Resolved")) : null,
      ...c.tags.slice(0, 2).map((tag) => el("bdi", { class: "chip" }, tag)), c.tags.length > 2 ? el("span", { class: "chip" }, `+${c.tags.length - 2}`) : null,
      el("span", { class: "push" }), c.assignee ? avatar(c.assignee.name, "mini") : null,
      c.unread_count ? el("span", { class: "badge", "aria-label": t("Unread: {n}", { n: c.unread_count }) }, count(c.unread_count)) : null));
  }

  waiting(c) {
    if (!c.waiting_since_at || c.status === "resolved") return null;
    const node = el("span", { class: "chip wait", title: t("Waiting for a reply"), dataset: { since: c.waiting_since_at } }, icon("clock"), el("bdi"));
    tick(node);
    return node;
  }

  window(c) {
    if (c.status === "resolved") return null;
    if (c.held_elsewhere) return el("span", { class: "chip dim", title: t("Another app of your business holds this conversation.") }, icon("panel"));
    if (!c.window_open) return el("span", { class: "chip dim", title: t("The service window is closed: only templates can be sent") }, icon("template"));
    const left = Date.parse(c.window_closes_at) - Date.now();
    return left < 2 * 36e5 ? el("span", { class: "chip soon", title: t("The service window closes soon") }, icon("alert"), el("bdi", {}, span(left))) : null;
  }

  /** Let the waiting times run. */
  tick() {
    for (const node of this.items.querySelectorAll("[data-since]")) tick(node);
  }

  /** Show which row is chosen without drawing the others again. */
  choose(id, previous) {
    for (const each of [previous, id]) if (each && this.rows.has(each) && this.app.store.known.has(each)) this.row(this.app.store.known.get(each));
    requestAnimationFrame(() => this.rows.get(id)?.node.scrollIntoView({ block: "nearest" }));
  }

  paintTabs() {
    const { filters, counts } = this.app.store;
    const labels = { mine: t("My"), unassigned: t("Unassigned"), all: t("All") };
    this.tabs.replaceChildren(...Object.entries(labels).map(([tab, label]) => el("button", {
      type: "button", role: "tab", class: "tab", "aria-selected": String(filters.tab === tab), dataset: { tab },
      on: { click: () => { filters.tab = tab; this.app.rememberFilters(); this.reload(); } },
    }, label, el("bdi", { class: "n" }, tab in counts ? count(counts[tab]) : ""))));
  }
}

function tick(node) {
  const waited = Date.now() - Date.parse(node.dataset.since);
  node.lastChild.textContent = span(waited);
  node.classList.toggle("late", waited > 36e5);
}
