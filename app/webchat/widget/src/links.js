/** Texts with the addresses in them made into links; everything else stays text. */

import { el } from "./dom.js";

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`{}|\\^]+/giu;
const TRAILING = /[.,;:!?…)\]]+$/u;

/** Return nodes for a text. Only http and https become links, and they tell the other site nothing of this page. */
export function linked(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const written = trimmed(found[0]);
    const url = parsed(written);
    if (!url) continue;
    nodes.push(text.slice(from, found.index), el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, written));
    from = found.index + written.length;
  }
  return [...nodes, text.slice(from)];
}

function trimmed(written) {
  const bare = written.replace(TRAILING, "");
  const opened = (bare.match(/\(/gu) ?? []).length;
  const closed = (bare.match(/\)/gu) ?? []).length;
  return opened > closed && written[bare.length] === ")" ? `${bare})` : bare;
}

function parsed(written) {
  try {
    const url = new URL(written);
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}
