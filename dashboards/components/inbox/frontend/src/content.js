/** What a message says besides its text: files, places, cards, orders, choices; unknown kinds as they came. */

import { el, icon, linked, safeUrl } from "./dom.js";
import { money, size, t } from "./format.js";
import { mailFoot, mailHead } from "./mail.js";
import { isOnlyLink, storyOf } from "./stories.js";

const KINDS = {
  image: ["image", "Image"], sticker: ["image", "Sticker"], audio: ["mic", "Audio"], video: ["play", "Video"], document: ["file", "Document"],
  location: ["pin", "Location"], contacts: ["person", "Contact card"], order: ["cart", "Order"], template: ["template", "Template"], location_request: ["pin", "Location request"],
  placeholder: ["alert", "Content missing"], revoked: ["close", "Deleted by the sender"], call: ["phone", "Call"],
};

/** The names above, written out so that the catalogue of sentences has them. */
const label = (kind) => ({
  image: t("Image"), sticker: t("Sticker"), audio: t("Audio"), video: t("Video"), document: t("Document"), location: t("Location"),
  interactive: t("Choices offered"), contacts: t("Contact card"), order: t("Order"), template: t("Template"), location_request: t("Location request"),
  placeholder: t("Content missing"), revoked: t("Deleted by the sender"), call: t("Call"), unsupported: t("A kind of message that cannot be shown here"),
})[kind] ?? t("Message of kind “{kind}”", { kind });

/** Return what the list shows of a conversation's last message. */
export function previewOf(preview) {
  if (!preview) return [""];
  const known = KINDS[preview.kind];
  if (preview.text) return known ? [icon(known[0], "tiny"), preview.text] : [preview.text];
  return known ? [icon(known[0], "tiny"), label(preview.kind)] : [preview.kind === "text" ? "" : label(preview.kind)];
}

/** Return the nodes of a message's content, in the order people read them. */
export function contentOf(entry) {
  const files = (entry.media ?? []).map((file) => media(entry, file));
  const nodes = files.length > 1 && files.every((each) => each.matches(".picture, .video")) ? [el("div", { class: `grid${files.length === 2 ? " two" : ""}` }, ...files)] : files;
  nodes.push(...[storyOf(entry), ...mailHead(entry)].filter(Boolean));
  const special = SPECIAL[entry.kind]?.(entry.content ?? {}, entry);
  if (special) nodes.push(special);
  if (entry.content?.encrypted) nodes.push(el("div", { class: "origin" }, icon("lock"), t("An encrypted message. It can be read in the app of X only.")));
  if (entry.text && !isOnlyLink(entry)) nodes.push(el("div", { class: "text", dir: "auto" }, ...linked(entry.text)));
  nodes.push(...choices(entry.content), ...mailFoot(entry).filter(Boolean));
  if (!nodes.length || (isUnknown(entry) && !entry.content?.encrypted)) nodes.push(raw(entry));
  return nodes;
}

const READABLE = new Set(["text", "reply", "interactive", "buttons", "list", "button", "reaction", "system", ...Object.keys(KINDS)]);
const isUnknown = (entry) => !READABLE.has(entry.kind);

function media(entry, file) {
  const name = file.filename || label(entry.kind);
  const url = file.state === "stored" || file.state === undefined ? safeUrl(file.url) ?? (file.url?.startsWith("blob:") ? file.url : null) : null;
  if (file.state === "pending") return el("div", { class: "file waiting" }, el("span", { class: "spinner" }), t("Fetching the file…"));
  if (file.state === "failed" || !url) return el("div", { class: "file failed" }, icon("alert"), el("span", {}, el("bdi", {}, name), el("small", {}, t("This file could not be fetched"))));
  const mime = file.mime ?? "";
  if (mime.startsWith("image/") && !mime.includes("svg")) {
    return el("a", { class: "picture", href: url, target: "_blank", rel: "noopener noreferrer" }, el("img", { src: url, alt: entry.text || name, loading: "lazy", class: entry.kind === "sticker" ? "sticker" : "" }));
  }
  if (mime.startsWith("audio/")) return el("div", { class: "audio" }, file.is_voice ? icon("mic") : null, el("audio", { src: url, controls: true, preload: "metadata", "aria-label": file.is_voice ? t("Voice note") : name }));
  if (mime.startsWith("video/")) return el("video", { src: url, controls: true, preload: "metadata", class: "video", "aria-label": name });
  return el("a", { class: "file", href: url, target: "_blank", rel: "noopener noreferrer", download: name }, icon("file"), el("span", {}, el("bdi", {}, name), el("small", {}, [mime.split("/")[1]?.toUpperCase(), file.size ? size(file.size) : null].filter(Boolean).join(" · "))));
}

const SPECIAL = {
  location(content) {
    const place = content.location ?? content;
    if (typeof place.latitude !== "number") return null;
    const spot = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
    return el("a", { class: "card", href: `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=16/${place.latitude}/${place.longitude}`, target: "_blank", rel: "noopener noreferrer" },
      icon("pin"), el("span", {}, el("strong", { dir: "auto" }, place.name || t("Location")), place.address ? el("small", { dir: "auto" }, place.address) : null, el("small", {}, el("bdi", { dir: "ltr" }, spot))));
  },
  contacts(content) {
    const cards = Array.isArray(content) ? content : content.contacts ?? [];
    return el("div", { class: "stack" }, ...cards.map((card) => el("div", { class: "card" }, icon("person"), el("span", {}, el("strong", { dir: "auto" }, card.name?.formatted_name ?? t("Contact card")),
      ...(card.phones ?? []).map((each) => el("small", {}, el("bdi", { dir: "ltr" }, each.phone ?? each.wa_id ?? ""))), ...(card.emails ?? []).map((each) => el("small", {}, each.email ?? ""))))));
  },
  order(content) {
    const order = content.order ?? content;
    const items = order.product_items ?? [];
    const currency = items[0]?.currency;
    const total = items.reduce((sum, item) => sum + Number(item.item_price ?? 0) * Number(item.quantity ?? 1), 0);
    return el("table", { class: "order" }, el("caption", {}, icon("cart"), t("Order")),
      el("tbody", {}, ...items.map((item) => el("tr", {}, el("td", {}, el("bdi", {}, item.product_retailer_id ?? "")), el("td", {}, `${item.quantity ?? 1} ×`), el("td", {}, money(Number(item.item_price ?? 0), item.currency))))),
      el("tfoot", {}, el("tr", {}, el("th", { colspan: "2", scope: "row" }, t("Total")), el("td", {}, money(total, currency)))));
  },
  template: (content) => el("div", { class: "origin" }, icon("template"), content.name ?? content.template?.name ?? t("Template")),
  reply: (content) => el("div", { class: "origin" }, icon("check"), content.list_reply || content.type === "list_reply" ? t("Chosen from a list") : t("Button pressed")),
  placeholder: (content) => (content.problem ? el("div", { class: "card" }, icon("alert"),
    el("span", {}, content.subject ? el("strong", { dir: "auto" }, content.subject) : null, el("small", {}, missing(content.problem)))) : null),
  location_request: () => el("div", { class: "origin" }, icon("pin"), t("Location request")),
};

/** Say why a mail has no text, and what to do. */
function missing(problem) {
  if (["no_key", "key_refused"].includes(problem)) return t("The text of this mail lies at the provider. An administrator must set the provider’s key under Channels; then it is fetched.");
  if (["media_gone", "media_too_large", "media_nowhere"].includes(problem)) return t("The provider does not give the text of this mail.");
  return t("The provider has not given the text of this mail yet; it is tried again by itself.");
}

function choices(content) {
  const interactive = content?.interactive ?? content;
  const buttons = interactive?.buttons ?? [];
  const rows = (interactive?.sections ?? []).flatMap((section) => section.rows ?? []);
  if (!buttons.length && !rows.length) return [];
  return [el("ul", { class: "choices", "aria-label": t("Choices offered") }, ...[...buttons, ...rows].map((each) => el("li", { dir: "auto" }, each.title ?? each.text ?? "")))];
}

function raw(entry) {
  const details = el("details", { class: "raw" }, el("summary", {}, label(entry.kind)));
  if (entry.content) details.append(el("pre", { dir: "ltr" }, JSON.stringify(entry.content, null, 2)));
  return details;
}
