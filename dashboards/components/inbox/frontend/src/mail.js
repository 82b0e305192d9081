/** Mail beside its text: subject, who else has it, what it quotes, and how its sender laid it out. */

import { el, icon } from "./dom.js";
import { t } from "./format.js";

const MOST_COPIES = 6;
const STYLE = "body{font:15px/1.5 system-ui,sans-serif;margin:8px;color:#17212b;background:#fff;overflow-wrap:anywhere}img{max-width:100%}";

const isMail = (entry) => entry.inbox?.channel === "email" && entry.content && typeof entry.content === "object";

/** Return what stands above the text of a mail. */
export function mailHead(entry) {
  const { subject, cc } = isMail(entry) ? entry.content : {};
  const copies = Array.isArray(cc) ? cc : [];
  const named = copies.slice(0, MOST_COPIES).join(", ") + (copies.length > MOST_COPIES ? ` +${copies.length - MOST_COPIES}` : "");
  return [
    subject ? el("div", { class: "subject", dir: "auto" }, subject) : null,
    named ? el("div", { class: "copies" }, t("Copy to"), " ", el("bdi", { dir: "ltr" }, named)) : null,
  ];
}

/** Return what stands below it: the quoted part folded away, and the layout on demand. */
export function mailFoot(entry) {
  const { quoted, html } = isMail(entry) ? entry.content : {};
  return [
    quoted ? el("details", { class: "fold" }, el("summary", {}, t("Quoted text")), el("div", { class: "text quoted-text", dir: "auto" }, quoted)) : null,
    html ? layout(html) : null,
  ];
}

/** Show cleaned HTML in a frame of no origin that runs no script; pictures from elsewhere stay away, so opening tells nobody. */
function layout(html) {
  const fold = el("details", { class: "fold" }, el("summary", {}, icon("panel", "tiny"), " ", t("Show as the sender laid it out")));
  fold.addEventListener("toggle", () => {
    if (!fold.open || fold.querySelector("iframe")) return;
    const page = `<!doctype html><meta charset="utf-8"><base target="_blank"><style>${STYLE}</style>${html}`;
    fold.append(el("iframe", { class: "layout", sandbox: "allow-popups allow-popups-to-escape-sandbox", referrerpolicy: "no-referrer", title: t("Show as the sender laid it out"), srcdoc: page }));
    fold.scrollIntoView({ block: "nearest" });
  });
  return fold;
}
