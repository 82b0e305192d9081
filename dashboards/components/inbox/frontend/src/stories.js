/** Stories that a message mentions or answers: shown from the provider's own link, never kept (channels.md §5). */

import { el, icon, safeUrl } from "./dom.js";
import { t } from "./format.js";

/** Return the link of a story that the message mentions, null where it mentions none. */
const mentioned = (content) => (Array.isArray(content.attachments) ? content.attachments : []).find((each) => ["story_mention", "ig_story"].includes(each?.type));

/** Return the story of a message as a card, or null. */
export function storyOf(entry) {
  const content = entry.content && typeof entry.content === "object" ? entry.content : {};
  const mention = mentioned(content);
  if (mention) return card(t("Mentioned you in a story"), mention.payload?.url ?? mention.url);
  return content.story ? card(entry.direction === "outbound" ? t("Answer to their story") : t("Answer to your story"), content.story.url) : null;
}

/** Say whether a text is only the address of what the card shows. */
export const isOnlyLink = (entry) => Boolean(mentioned(entry.content ?? {})) && /^https?:\/\/\S+$/u.test(entry.text ?? "");

function card(label, address) {
  const url = safeUrl(address);
  const node = el("div", { class: "story" }, el("span", { class: "origin" }, icon("image"), label));
  const gone = () => el("span", { class: "chip dim" }, t("The story is not there any more"));
  if (!url) {
    node.append(gone());
    return node;
  }
  const link = el("a", { class: "picture", href: url, target: "_blank", rel: "noopener noreferrer" });
  const film = () => el("video", { src: url, controls: true, preload: "metadata", class: "video", "aria-label": label, on: { error: () => link.replaceWith(gone()) } });
  link.append(el("img", { src: url, alt: label, loading: "lazy", referrerpolicy: "no-referrer", on: { error: (event) => event.currentTarget.replaceWith(film()) } }));
  node.append(link);
  return node;
}
