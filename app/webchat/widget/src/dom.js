/** Elements without markup: nothing here ever parses a text as HTML, so a message cannot become anything but text. */

const SVG = "http://www.w3.org/2000/svg";

/** Return a new element; `on…` attributes are listeners, null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((each) => each != null && each !== ""));
  return node;
}

const PATHS = {
  chat: ["M4.8 18.2A8.6 8.6 0 1 1 8 20.3L3.6 21.4z", "M8.4 12h.01M12 12h.01M15.6 12h.01"],
  close: ["M6 6l12 12M18 6L6 18"],
  down: ["M6 9.5l6 6 6-6"],
  send: ["M5 12h13M12.5 6l6 6-6 6"],
  clip: ["M20 11.5l-8.2 8.1a5 5 0 0 1-7.1-7.1l8.5-8.4a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.6-7.5"],
  mic: ["M12 3.5a2.8 2.8 0 0 1 2.8 2.8v5.2a2.8 2.8 0 0 1-5.6 0V6.3A2.8 2.8 0 0 1 12 3.5z", "M5.8 11a6.2 6.2 0 0 0 12.4 0M12 17.4v3.1"],
  file: ["M13.5 3.5h-6a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-10z", "M13.5 3.5v5h5"],
  bin: ["M5 7h14M10 11v5M14 11v5M7 7l.8 12h8.4L17 7M9.5 7V4.5h5V7"],
  clock: ["M12 4.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z", "M12 8.2V12l2.6 1.8"],
  check: ["M5.5 12.5l4 4 9-9.5"],
  checks: ["M2.5 12.8l3.8 3.8 8.4-9M10.5 15.4l1.3 1.2 8.7-9"],
  reply: ["M10 6L4.5 11.5 10 17M4.5 11.5H14a5.5 5.5 0 0 1 5.5 5.5v1"],
  smile: ["M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z", "M8.6 13.8a4 4 0 0 0 6.8 0M9.3 9.8h.01M14.7 9.8h.01"],
  alert: ["M12 4.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z", "M12 8.5v4.2M12 15.6h.01"],
};

/** Return a drawing that says nothing to screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: `icon ${name}` })) svg.setAttribute(key, value);
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** Return a button that shows only a drawing. */
export function iconButton(name, label, onclick, attributes = {}) {
  return el("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

/** Bring the children of a node to be exactly these, moving as few as possible: a live region repeats what is moved. */
export function settle(parent, nodes) {
  let at = parent.firstChild;
  const wanted = new Set(nodes);
  for (const node of nodes) {
    while (at && !wanted.has(at)) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    if (at === node) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}
