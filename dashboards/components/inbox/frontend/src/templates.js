/** Choosing an approved template and filling in its blanks, with the text as the customer will see it. */

import { get, listOf, post, upload } from "./api.js";
import { el, icon } from "./dom.js";
import { t } from "./format.js";

const SLOT = /\{\{\s*([^{}\s]+)\s*\}\}/gu;
const SENDABLE = ["APPROVED", "ACTIVE"];
const LISTED_MS = [1500, 4000, 8000]; // after these the worker has asked the channel, as a rule
const ACCEPTED = { image: "image/jpeg,image/png", video: "video/mp4,video/3gpp", document: "" };

const part = (template, type) => (template.components ?? []).find((each) => (each.type ?? "").toUpperCase() === type);
const bodyOf = (template) => part(template, "BODY")?.text ?? template.text ?? "";
const fill = (text, values) => text.replace(SLOT, (whole, name) => values[name] || whole);

/** Return the templates that can go out of a conversation's inbox, those in the contact's language first. */
async function templatesOf(conversation) {
  const all = listOf(await get("/templates"), "templates").filter((each) => SENDABLE.includes(each.template_status ?? "APPROVED")
    && (!each.inbox_id || each.inbox_id === conversation.inbox.inbox_id));
  const language = conversation.contact.language ?? "";
  return all.sort((a, b) => Number(!a.language?.startsWith(language)) - Number(!b.language?.startsWith(language)));
}

/** Ask for a template; calls `send(template, parameters, text, upload_ids)` when the form is complete. */
export async function pickTemplate(app, conversation, send) {
  const body = el("div", { class: "templates" });
  const dialog = app.menus.dialog(t("Send a template"), body);
  const row = (each) => el("button", { type: "button", class: "template", disabled: Boolean(each.problem), title: each.problem ?? "", on: { click: () => form(each) } },
    el("strong", {}, el("bdi", {}, each.name)), el("small", {}, `${each.language} · ${(each.category ?? "").toLowerCase()}`), el("span", { dir: "auto" }, bodyOf(each)),
    each.problem ? el("small", {}, t("This template cannot be sent from here")) : null);

  async function list() {
    const found = await templatesOf(conversation).catch((error) => (app.say(error.message), []));
    const none = () => el("div", { class: "empty" }, icon("template"), el("strong", {}, t("No approved templates")), el("p", {}, t("An administrator can add templates at the channel.")));
    body.replaceChildren(...(found.length ? found.map(row) : [none()]), el("div", { class: "foot" }, el("button", { type: "button", class: "link", on: { click: () => refresh() } }, t("Ask the channel for its templates"))));
  }

  /** Have the channel asked, and look now and then for what it says. */
  async function refresh() {
    try {
      await post("/templates/refresh");
      app.say(t("The channel is asked; what is new appears here in a moment."), true);
      for (const wait of LISTED_MS) setTimeout(() => body.isConnected && !body.querySelector("form") && list(), wait);
    } catch (error) {
      app.say(error.message);
    }
  }

  function form(template) {
    const text = bodyOf(template);
    const blanks = template.blanks ?? [];
    const values = {};
    if (/^(1|name|first_name)$/u.test(blanks[0]?.name ?? "")) values[blanks[0].name] = conversation.contact.name ?? "";
    const shown = el("div", { class: "bubble sample", dir: "auto" }, fill(text, values));
    const go = el("button", { type: "submit", class: "button primary" }, icon("send"), t("Send"));
    const held = { values, file: null, go, paint: () => (shown.textContent = fill(text, values)) };
    const fields = blanks.flatMap((blank) => (FIELDS[blank.kind] ?? words)(blank, held));
    body.replaceChildren(el("form", { method: "dialog", on: { submit: () => send(template, values, fill(text, values), held.file ? [held.file] : undefined) } }, shown, ...fields,
      el("div", { class: "foot" }, el("button", { type: "button", class: "button", on: { click: list } }, t("Other templates")), go)));
    (body.querySelector("input") ?? go).focus();
  }

  await list();
  return dialog;
}

const labelled = (label, ...nodes) => el("label", { class: "choice" }, el("span", {}, label), ...nodes);

function words(blank, held) {
  const named = blank.label ?? (/^(header|button_\d+)$/u.test(blank.name) ? blank.name.replace("_", " ") : `{{${blank.name}}}`);
  const typed = (event) => { held.values[blank.name] = event.target.value; held.paint(); };
  return [labelled(t("Value for {slot}", { slot: named }), el("input", { class: "field", name: blank.name, required: true, dir: "auto", value: held.values[blank.name] ?? "", on: { input: typed } }))];
}

/** A file above the template: it is uploaded at once, and nothing is sent before it is there. */
function file(blank, held) {
  const state = el("small", { role: "status" });
  const chosen = async (event) => {
    const [given] = event.target.files;
    Object.assign(held, { file: null });
    held.go.disabled = Boolean(given);
    if (!given) return;
    state.textContent = t("Uploading the file…");
    try {
      held.file = (await upload(given, () => null).done).upload_id;
      state.textContent = "";
      held.go.disabled = false;
    } catch (error) {
      state.textContent = error.message;
    }
  };
  const label = { image: t("Image"), video: t("Video"), document: t("Document") }[blank.kind];
  return [labelled(label, el("input", { class: "field", type: "file", name: blank.name, accept: ACCEPTED[blank.kind], required: true, on: { change: chosen } }), state)];
}

function place(blank, held) {
  held.values[blank.name] = {};
  const line = (name, label, more) => labelled(label, el("input", { class: "field", name, dir: "auto", ...more, on: { input: (event) => (held.values[blank.name][name] = event.target.value.trim()) } }));
  const number = { required: true, inputmode: "decimal", pattern: "-?[0-9]{1,3}([.][0-9]+)?" };
  return [line("latitude", t("Latitude"), number), line("longitude", t("Longitude"), number), line("name", t("Name of the place"), {}), line("address", t("Address"), {})];
}

const FIELDS = { image: file, video: file, document: file, location: place };
