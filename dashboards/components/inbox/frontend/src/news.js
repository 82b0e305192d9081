/** What a channel said that people should know now: one bar above the panes, until somebody puts it away. */

import { get } from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { stamp, t } from "./format.js";
import { remember, remembered } from "./outbox.js";

const EVERY_MS = 5 * 60_000;
const KEPT = 100;

export class News {
  constructor(me) {
    this.isLead = me.role !== "agent"; // the page of all notices is theirs
    this.root = el("div", { class: "news", role: "status", hidden: true });
  }

  start() {
    this.look();
    this.timer = setInterval(() => this.look(), EVERY_MS);
  }

  stop() {
    clearInterval(this.timer);
  }

  async look() {
    try {
      this.pressing = (await get("/channels/notices")).notices.filter((each) => each.is_pressing);
    } catch {
      return; // the next look says it; a reply that fails says why by itself
    }
    this.paint();
  }

  paint() {
    const away = new Set(remembered("news", []));
    const [first, ...others] = this.pressing.filter((each) => !away.has(each.event_id));
    this.root.hidden = !first;
    if (!first) return;
    this.root.classList.toggle("critical", first.severity === "critical");
    this.root.replaceChildren(icon("alert"), el("span", { dir: "auto", class: "told" }, first.title), el("bdi", { class: "when" }, stamp(first.at)),
      others.length ? el("span", { class: "chip" }, `+${others.length}`) : "", this.isLead ? el("a", { href: "/notices" }, t("All notices")) : "",
      iconButton("close", t("Put away"), () => this.putAway(first)));
  }

  putAway(notice) {
    remember("news", [notice.event_id, ...remembered("news", [])].slice(0, KEPT));
    this.paint();
  }
}
