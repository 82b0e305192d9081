/** The filters above the list; what is chosen is remembered in this browser. */

import { get, listOf } from "./api.js";
import { el, iconButton } from "./dom.js";
import { channelName, t } from "./format.js";

const EVERY = ["status", "sort", "channel", "inbox_id", "assignee_id", "tag", "unread", "waiting"];

/** Return the button and the panel it opens; `changed` runs after every choice. */
export function filterBar(app, changed) {
  const { filters } = app.store;
  const panel = el("div", { class: "filters", hidden: true });
  const button = iconButton("filter", t("Filters"), () => open(panel.hidden));
  button.setAttribute("aria-expanded", "false");

  function open(isOpen) {
    panel.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen && !panel.childElementCount) fill();
  }

  function set(name, value) {
    if (value) filters[name] = value;
    else delete filters[name];
    mark();
    app.rememberFilters();
    changed();
  }

  function mark() {
    const used = EVERY.filter((name) => filters[name] && !(name === "status" && filters[name] === "open") && !(name === "sort" && filters[name] === "newest"));
    button.classList.toggle("on", used.length > 0);
    clear.hidden = !used.length;
  }

  const choice = (name, label, options) => el("label", { class: "choice" }, el("span", {}, label), el("select", { value: filters[name] ?? "", on: { change: (event) => set(name, event.target.value) } },
    ...options.map(([value, text]) => el("option", { value, selected: (filters[name] ?? "") === value }, text))));
  const toggle = (name, label) => el("label", { class: "toggle" }, el("input", { type: "checkbox", checked: Boolean(filters[name]), on: { change: (event) => set(name, event.target.checked && "true") } }), label);
  const clear = el("button", { type: "button", class: "link", hidden: true, on: { click: () => reset() } }, t("Clear filters"));

  function reset() {
    for (const name of EVERY) delete filters[name];
    Object.assign(filters, { status: "open", sort: "newest" });
    panel.replaceChildren();
    fill();
    set("status", "open");
  }

  async function fill() {
    const [inboxes, agents, tags] = await Promise.all([app.reference("/inboxes", "inboxes"), app.reference("/agents", "agents"), app.reference("/tags", "tags")]);
    const channels = [...new Set(inboxes.map((each) => each.channel))];
    panel.replaceChildren(
      choice("status", t("Status"), [["open", t("Open")], ["snoozed", t("Snoozed")], ["resolved", t("Resolved")], ["any", t("Any")]]),
      choice("sort", t("Sort by"), [["newest", t("Newest")], ["oldest", t("Oldest")], ["waiting", t("Longest waiting")]]),
      choice("inbox_id", t("Inbox"), [["", t("Any")], ...inboxes.map((each) => [each.inbox_id, each.name])]),
      choice("assignee_id", t("Assigned to"), [["", t("Anybody")], ...agents.map((each) => [each.person_id, each.name])]),
      ...(channels.length > 1 ? [choice("channel", t("Channel"), [["", t("Any")], ...channels.map((each) => [each, channelName(each)])])] : []),
      choice("tag", t("Tag"), [["", t("Any")], ...tags.map((each) => (typeof each === "string" ? [each, each] : [each.tag, each.tag]))]),
      el("div", { class: "toggles" }, toggle("unread", t("Unread")), toggle("waiting", t("Waiting")), clear));
  }

  mark();
  return { button, panel };
}

/** Fetch a small list once per page and share it; an unreachable one is empty and asked for again next time. */
export function references() {
  const held = new Map();
  return (path, name) => {
    if (!held.has(path)) held.set(path, get(path).then((answer) => listOf(answer, name)).catch(() => (held.delete(path), [])));
    return held.get(path);
  };
}
