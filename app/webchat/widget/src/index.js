/**
 * The one script tag:
 *
 *   <script async src="https://chat.example/chat/prosa-chat.js" data-connection="con_…"></script>
 *
 * Optional: data-colour, data-language, data-position (left, right), data-theme (light, dark, auto), and for a signed-in
 * customer data-user-id, data-user-proof, data-user-email, data-user-phone. `ProsaChat.open()`, `.close()` and
 * `.identify({id, proof, email, phone})` are there for the page's own scripts.
 */

import { Widget } from "./widget.js";

const tag = document.currentScript;

function options(given, user) {
  const { connection, colour, language, position, theme } = given;
  const base = new URL(".", tag.src).href.replace(/\/$/u, "");
  return { base, connection, colour, language, position, theme, user };
}

function start() {
  const given = tag.dataset;
  const named = given.userId && given.userProof;
  const user = named ? { id: given.userId, proof: given.userProof, email: given.userEmail ?? "", phone: given.userPhone ?? "" } : null;
  let widget = new Widget(options(given, user));
  globalThis.ProsaChat = Object.freeze({
    open: () => widget.panel && widget.open(),
    close: () => widget.panel && widget.close(),
    identify(who) {
      widget.unmount();
      widget = new Widget(options(given, who ? { email: "", phone: "", ...who } : null));
      widget.mount();
    },
  });
  widget.mount();
}

if (tag && !globalThis.ProsaChat) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
  else start();
}
