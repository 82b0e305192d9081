/** Times, sizes and sentences in the person's own language and zone. */

let locale = "en";
let zone;
let sentences = {};
const made = new Map();

/** Set the language, the time zone and the translated sentences. */
export function speak(data) {
  locale = (data.locale ?? "en").replace("_", "-");
  zone = data.timezone || undefined;
  sentences = data.strings ?? {};
  made.clear();
}

/** Return the translation of a sentence with its {names} filled in. */
export function t(sentence, facts = {}) {
  return (sentences[sentence] ?? sentence).replace(/\{(\w+)\}/gu, (whole, name) => (name in facts ? String(facts[name]) : whole));
}

function format(kind, options) {
  const key = kind.name + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new kind(locale, options));
  return made.get(key);
}

const dated = (options) => format(Intl.DateTimeFormat, { ...options, timeZone: zone });

/** Return the time of day. */
export const clock = (at) => dated({ hour: "2-digit", minute: "2-digit" }).format(new Date(at));

/** Return the date and time, for titles. */
export const moment = (at) => dated({ dateStyle: "medium", timeStyle: "short" }).format(new Date(at));

/** Return the parts of an instant on the clock of the business; Sunday is weekday 0. */
export function localTime(at) {
  const parts = new Intl.DateTimeFormat("en-US-u-hc-h23", { timeZone: zone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }).formatToParts(at);
  const { year, month, day: date, hour, minute } = Object.fromEntries(parts.map((part) => [part.type, Number(part.value)]));
  return { year, month, day: date, hour, minute, weekday: new Date(Date.UTC(year, month - 1, date)).getUTCDay() };
}

/** Return the instant at which the clock of the business shows this; days past the month's end run on. */
export function instantOf(year, month, date, hour, minute = 0) {
  const wanted = Date.UTC(year, month - 1, date, hour, minute);
  const shown = (ms) => {
    const local = localTime(new Date(ms));
    return Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute);
  };
  const guess = wanted - (shown(wanted) - wanted);
  return new Date(guess - (shown(guess) - wanted)); // again, for a change of the clock in between
}

const dayKey = (at) => dated({ year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(at));

/** Say whether two instants fall on one calendar day of the zone. */
export const sameDay = (one, other) => dayKey(one) === dayKey(other);

/** Return "today", "yesterday" or the date. */
export function day(at) {
  for (const back of [0, -1]) {
    if (dayKey(at) === dayKey(Date.now() + back * 864e5)) return format(Intl.RelativeTimeFormat, { numeric: "auto" }).format(back, "day");
  }
  return dated({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(new Date(at));
}

/** Return what the list shows beside a name: the time today, else the date. */
export function stamp(at) {
  if (!at) return "";
  return dayKey(at) === dayKey(Date.now()) ? clock(at) : dated({ day: "numeric", month: "short" }).format(new Date(at));
}

/** Return a short duration such as 4m, 3h or 2d. */
export function span(ms) {
  const minutes = Math.max(0, Math.floor(ms / 6e4));
  const [amount, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
  return format(Intl.NumberFormat, { style: "unit", unit, unitDisplay: "narrow" }).format(amount);
}

/** Return how long people talked, such as 1:05. */
export const talked = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Return a count, "1,000+" where the server stopped counting. */
export const count = (n) => (n >= 1000 ? `${format(Intl.NumberFormat, {}).format(1000)}+` : format(Intl.NumberFormat, {}).format(n ?? 0));

/** Return a file size. */
export function size(bytes) {
  const [amount, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1e3)), "kilobyte"] : [bytes / 1e6, "megabyte"];
  return format(Intl.NumberFormat, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
}

/** Return an amount of money as the language writes it. */
export function money(amount, currency) {
  try {
    return format(Intl.NumberFormat, { style: "currency", currency }).format(amount);
  } catch (error) {
    if (error instanceof RangeError) return `${amount} ${currency ?? ""}`.trim();
    throw error;
  }
}

/** Return up to two first letters of a name. */
export function initials(name) {
  const words = (name ?? "").replace(/[^\p{L}\p{N}\s]/gu, "").trim().split(/\s+/u).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => [...word][0].toLocaleUpperCase(locale)).join("") || "?";
}

/** Return a stable hue for a name, so that a person keeps one colour. */
export const hue = (name) => [...(name ?? "")].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);

const CHANNELS = { whatsapp: "WhatsApp", messenger: "Messenger", instagram: "Instagram", telegram: "Telegram", email: "E-mail", sms: "SMS", x: "X", webchat: "Chat" };

/** Return a channel's own name. */
export const channelName = (channel) => CHANNELS[channel] ?? channel;

/** Whom a conversation is with: a name, an address, or a number for the strangers of a site. */
export const nameOf = (c) => c.contact.name ?? (c.inbox.channel === "webchat" ? t("Visitor {id}", { id: (c.contact.address ?? "").slice(0, 4) }) : c.contact.address);
