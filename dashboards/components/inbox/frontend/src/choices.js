/** Messages that offer choices: buttons, a list, or a request for a location; what the channel carries is offered. */

import { el, icon, iconButton } from "./dom.js";
import { t } from "./format.js";

const TITLE = 20; // characters of a button, and of the button that opens a list
const NUMBERED = 10; // choices that a text can number where the channel has nothing to press
const ROW = 24;
const DESCRIPTION = 72;

/** Open the menu of what can be asked; `send(body, shown)` takes the finished message. */
export function offerChoices(app, anchor, conversation, text, send) {
  const able = conversation.capabilities ?? { kinds: ["buttons", "list", "location_request"], button_limit: 3, list_row_limit: 10 };
  const offers = { buttons: [t("Reply with buttons"), "check", buttons], list: [t("Reply with a list"), "filter", list], location_request: [t("Ask for the location"), "pin", place] };
  const items = Object.entries(offers).filter(([kind]) => able.kinds.includes(kind))
    .map(([, [label, shape, form]]) => app.menus.item(() => form(app, able, text, send), icon(shape), el("span", {}, label)));
  app.menus.open(anchor, ...(items.length ? items : [el("h3", {}, t("This channel carries texts and files only"))]));
}

/** Show a form with the message's text and more fields; `read` returns what to send, or null while something is missing. */
function ask(app, title, text, fields, read, send) {
  const words = el("textarea", { class: "field", rows: "3", required: true, dir: "auto", maxlength: "1024", value: text });
  const form = el("form", { method: "dialog" }, labelled(t("Message"), words), ...fields,
    el("div", { class: "foot" }, el("span"), el("button", { type: "submit", class: "button primary" }, icon("send"), t("Send"))));
  const dialog = app.menus.dialog(title, el("div", { class: "templates" }, form));
  form.addEventListener("submit", (event) => {
    const made = words.value.trim() && read(words.value.trim());
    if (made) send({ ...made.body, text: words.value.trim() }, { text: words.value.trim(), kind: "interactive", content: { interactive: made.shown } });
    else event.preventDefault();
  });
  words.focus();
  return dialog;
}

const labelled = (label, field) => el("label", { class: "choice" }, el("span", {}, label), field);
const line = (limit, more = {}) => el("input", { class: "field", dir: "auto", maxlength: String(limit), ...more });

const numbered = (able) => (able.button_limit ? [] : [el("p", { class: "explained" }, t("This channel has no buttons: the choices are sent as a numbered text."))]);

function buttons(app, able, text, send) {
  const inputs = Array.from({ length: Math.min(able.button_limit || NUMBERED, NUMBERED) }, (_, at) => line(able.button_title_limit || ROW * 2, { required: at === 0 }));
  ask(app, t("Reply with buttons"), text, [...numbered(able), ...inputs.map((input, at) => labelled(t("Button {n}", { n: at + 1 }), input))], () => {
    const made = inputs.map((input) => input.value.trim()).filter(Boolean).map((title, at) => ({ id: `button_${at + 1}`, title }));
    return made.length ? { body: { kind: "buttons", buttons: made }, shown: { buttons: made } } : null;
  }, send);
}

function list(app, able, text, send) {
  const opener = line(TITLE, { required: true, value: t("Choose") });
  const rows = el("div", { class: "stack" });
  const more = el("button", { type: "button", class: "link", on: { click: () => add().querySelector("input").focus() } }, t("Add a row"));
  const add = () => {
    const row = el("div", { class: "list-row" }, line(ROW, { placeholder: t("Title"), "aria-label": t("Title"), required: !rows.childElementCount }),
      line(DESCRIPTION, { placeholder: t("Description"), "aria-label": t("Description") }),
      iconButton("close", t("Remove"), () => (rows.childElementCount > 1 && row.remove(), (more.hidden = false))));
    rows.append(row);
    more.hidden = rows.childElementCount >= (able.list_row_limit || NUMBERED);
    return row;
  };
  add();
  add();
  ask(app, t("Reply with a list"), text, [...numbered(able), labelled(t("Label of the button that opens it"), opener), rows, more], () => {
    const made = [...rows.children].map((row) => [...row.querySelectorAll("input")].map((each) => each.value.trim())).filter(([title]) => title)
      .map(([title, description], at) => ({ id: `row_${at + 1}`, title, ...(description ? { description } : {}) }));
    const offered = { button: opener.value.trim(), sections: [{ rows: made }] };
    return made.length && offered.button ? { body: { kind: "list", list: offered }, shown: offered } : null;
  }, send);
}

function place(app, _able, text, send) {
  ask(app, t("Ask for the location"), text || t("Please share your location."), [], () => ({ body: { kind: "location_request" }, shown: { location_request: true } }), send);
}
