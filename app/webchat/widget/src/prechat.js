/** The form before the chat. */

import { el } from "./dom.js";

const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/u;

/** Return the form; `begin(answers)` is awaited, and what it throws is said below the button; `onChanged`: its terms are old. */
export function prechat({ say, settings }, begin, onChanged) {
  const { fields, consent } = settings;
  const inputs = fields.map((name) => field(name, say));
  const box = consent && el("input", { type: "checkbox", name: "consent" });
  const agreement = consent && labelled("consent", el("label", { class: "agree" }, box, el("span", {}, consent.text)), box);
  const problem = el("p", { class: "problem", role: "alert" });
  const button = el("button", { type: "submit", class: "main" }, say("begin"));
  const form = el("form", { class: "prechat", novalidate: true }, el("p", { class: "hello" }, say("hello")), inputs.map((each) => each.root), agreement?.root, problem, button);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    const wrong = [...inputs.map((each) => each.check(checked(each.input, say))), agreement?.check(box.checked ? "" : say("must_agree"))].filter(Boolean);
    if (wrong.length) return wrong[0].focus();
    button.disabled = true;
    const answers = Object.fromEntries(inputs.map(({ input }) => [input.name, input.value.trim()]));
    try {
      await begin({ ...answers, ...(consent && { consent_version: consent.version }) });
    } catch (error) {
      if (error.facts?.field === "consent_version") return onChanged();
      problem.textContent = say("trouble");
      button.disabled = false;
    }
  });
  return { root: form, focus: () => form.querySelector("input").focus() };
}

function field(name, say) {
  const input = el("input", { name, type: name === "email" ? "email" : "text", autocomplete: name, maxlength: "200", "aria-required": "true", dir: "auto" });
  return { ...labelled(name, el("label", {}, el("span", {}, say(name)), input), input), input };
}

function labelled(name, label, input) {
  const error = el("span", { class: "wrong", id: `prosa-${name}-wrong` });
  return {
    root: el("div", { class: "field" }, label, error),
    /** Show what is wrong, or nothing; returns the input when it is wrong. */
    check(text) {
      error.textContent = text;
      input.setAttribute("aria-invalid", String(text !== ""));
      if (text) input.setAttribute("aria-describedby", error.id);
      else input.removeAttribute("aria-describedby");
      return text ? input : null;
    },
  };
}

function checked(input, say) {
  const value = input.value.trim();
  if (!value) return say("needed");
  return input.name === "email" && !EMAIL.test(value) ? say("bad_email") : "";
}
