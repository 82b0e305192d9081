/** Choosing an approved template and filling in its parameters, with the text as the customer will see it. */

import { el, icon } from "./dom.js";
import { t } from "./format.js";

const SLOT = /\{\{\s*([\w.]+)\s*\}\}/gu;

const part = (template, type) => (template.components ?? []).find((each) => (each.type ?? "").toUpperCase() === type);
const bodyOf = (template) => part(template, "BODY")?.text ?? template.text ?? "";

/** Return the names of a template's values: the body's slots, "header" and "button_0" where those have one. */
export function slotsOf(template) {
  const body = [...new Set([...bodyOf(template).matchAll(SLOT)].map((match) => match[1]))];
  const head = part(template, "HEADER");
  const needsHead = head && ((head.text ?? "").match(SLOT) || ["IMAGE", "VIDEO", "DOCUMENT"].includes(head.format));
  const buttons = (part(template, "BUTTONS")?.buttons ?? []).flatMap((button, at) => ((button.url ?? "").match(SLOT) ? [`button_${at}`] : []));
  return [...body, ...(needsHead ? ["header"] : []), ...buttons];
}

const fill = (text, values) => text.replace(SLOT, (whole, name) => values[name] || whole);

/** Ask for a template; calls `send(template, parameters, text)` when the form is complete. */
export async function pickTemplate(app, conversation, send) {
  const all = (await app.reference("/templates", "templates")).filter((each) => (each.template_status ?? "APPROVED") === "APPROVED");
  const language = conversation.contact.language ?? "";
  all.sort((a, b) => Number(!a.language?.startsWith(language)) - Number(!b.language?.startsWith(language)));
  const body = el("div", { class: "templates" });
  const dialog = app.menus.dialog(t("Send a template"), body);
  const list = () => body.replaceChildren(...(all.length ? all.map(row) : [el("div", { class: "empty" }, icon("template"), el("strong", {}, t("No approved templates")), el("p", {}, t("An administrator can add templates at the channel.")))]));
  const row = (each) => el("button", { type: "button", class: "template", on: { click: () => form(each) } },
    el("strong", {}, el("bdi", {}, each.name)), el("small", {}, `${each.language} · ${(each.category ?? "").toLowerCase()}`), el("span", { dir: "auto" }, bodyOf(each)));

  function form(template) {
    const text = bodyOf(template);
    const slots = slotsOf(template);
    const values = {};
    if (/^(1|name|first_name)$/u.test(slots[0] ?? "")) values[slots[0]] = conversation.contact.name ?? "";
    const shown = el("div", { class: "bubble sample", dir: "auto" }, fill(text, values));
    const go = el("button", { type: "submit", class: "button primary" }, icon("send"), t("Send"));
    const fields = slots.map((slot) => el("label", { class: "choice" }, el("span", {}, t("Value for {slot}", { slot: /^(header|button_\d)$/u.test(slot) ? slot.replace("_", " ") : `{{${slot}}}` })),
      el("input", { class: "field", required: true, dir: "auto", value: values[slot] ?? "", on: { input: (event) => { values[slot] = event.target.value; shown.textContent = fill(text, values); } } })));
    body.replaceChildren(el("form", { method: "dialog", on: { submit: () => send(template, values, fill(text, values)) } }, shown, ...fields,
      el("div", { class: "foot" }, el("button", { type: "button", class: "button", on: { click: list } }, t("Other templates")), go)));
    (body.querySelector("input") ?? go).focus();
  }

  list();
  return dialog;
}
