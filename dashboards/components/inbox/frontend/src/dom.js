/** Elements without markup strings: data only ever becomes text, never HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** Stroke paths on a 24×24 grid. */
const ICONS = {
  back: "M15 5l-7 7 7 7", search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l4.5 4.5", close: "M6 6l12 12M18 6L6 18",
  filter: "M4 6h16M7 12h10M10 18h4", check: "M5 12.5l4.5 4.5L19 7", checks: "M2 12.5l4.5 4.5L16 7.5M12 16.5l.7.7L22 8",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.5l3 2", alert: "M12 4l9 16H3zM12 10v4.5M12 17v.5",
  question: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM9.6 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6v.4",
  attach: "M19 11.5l-7.4 7.4a4.6 4.6 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.1-2.1l7.3-7.3",
  send: "M4 12l16-7.5L15 20l-3.5-6.2zM11.5 13.8L20 4.5", person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
  tag: "M4 4h8l8.5 8.5-8 8L4 12zM8 8v.2", snooze: "M12 5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15zM9.5 10h5l-5 5h5M5 3L2.5 5.5M19 3l2.5 2.5",
  reopen: "M5 12a7 7 0 1 0 2.3-5.2M5 4v4h4", more: "M6 12v.01M12 12v.01M18 12v.01", reply: "M9 7l-5 5 5 5M4 12h9c4 0 6.5 2 7 6",
  note: "M5 4h14v11l-5 5H5zM19 15h-5v5M8.5 8.5h7M8.5 12h4", template: "M4 4h16v16H4zM4 9h16M9.5 9v11", bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  smile: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM8.5 14c1.8 2.6 5.2 2.6 7 0M9 9.5v.6M15 9.5v.6",
  file: "M6 3h8l5 5v13H6zM14 3v5h5", pin: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 8a2.2 2.2 0 1 1 0 4.4A2.2 2.2 0 0 1 12 8z",
  panel: "M4 5h16v14H4zM14.5 5v14", keyboard: "M3 6h18v12H3zM7 10v.01M11 10v.01M15 10v.01M8 14h8", bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  whatsapp: "M4 20l1.2-4A8 8 0 1 1 8.3 19zM9 8.5c-.6 3.5 3 7 6.5 6.5l.5-1.7-2-1-1 .8c-1-.4-1.8-1.2-2.2-2.2l.8-1-1-2z",
  messenger: "M12 4c5 0 8.5 3.3 8.5 7.6s-3.5 7.6-8.5 7.6c-1 0-1.9-.1-2.7-.4L6 20.5v-3.1c-1.6-1.4-2.5-3.4-2.5-5.8C3.5 7.3 7 4 12 4zM7.5 13.500l3-3.2 3 2.2 3-3.2",
  instagram: "M8 4h8a4 4 0 0 1 4 4v8a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4zM12 8.500a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM16.8 7.200v.01",
  telegram: "M3.5 11.500L20.5 4.5 17.5 19.5 11 15zM11 15l9-10M11 15v5l2.8-3", x: "M5 4.500l14 15M19 4.500l-14 15", email: "M3.5 6h17v12h-17zM3.5 7l8.5 6 8.5-6",
  sms: "M4 5h16v11H10l-4 4v-4H4zM8 10.500v.01M12 10.500v.01M16 10.500v.01", webchat: "M4 5h11v8H9l-3 3v-3H4zM17 9h3v8h-2v3l-3-3h-4",
  door: "M5 4h14v12h-8l-4 4v-4H5z", mic: "M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3", image: "M4 5h16v14H4zM4 16l5-5 4 4 3-2.5 4 3.5M15 9v.01",
  lock: "M6.5 11h11v9h-11zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.500v2",
  phone: "M6 4h3.500l1.500 4-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2 4 1.500V18a2 2 0 0 1-2 2C10.500 19.500 4.500 13.500 4 6a2 2 0 0 1 2-2z",
  plus: "M12 5v14M5 12h14", down: "M6 9l6 6 6-6", cart: "M3 4h3l2.5 11h9L20 8H7M10 19v.01M17 19v.01", play: "M8 5l11 7-11 7z",
};

/** Return an element; `props` may hold class, dataset, on and any attribute; strings become text. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Return an icon, hidden from screen readers. */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${extra}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? ICONS.door);
  svg.append(path);
  return svg;
}

/** Return a square button that shows an icon and says its label to screen readers and on hover. */
export function iconButton(name, label, act, extra = "") {
  return el("button", { type: "button", class: `icon-button ${extra}`, title: label, "aria-label": label, on: { click: act } }, icon(name));
}

const LINK = /\b(?:https?:\/\/|mailto:|tel:)[^\s<>"']+/giu;

/** Return the text as nodes, with http, https, mailto and tel addresses as links and nothing else. */
export function linked(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/u, "");
    nodes.push(text.slice(end, match.index), el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address));
    end = match.index + address.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

/** Return the address if it is one of our own paths or plain web; else null. */
export function safeUrl(address) {
  return typeof address === "string" && /^(\/(?!\/)|https?:\/\/)/u.test(address) ? address : null;
}
