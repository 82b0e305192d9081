/** What an agent does to a conversation: each call says what it saw; a conflict says what changed and loads it again. */

import { call, post } from "./api.js";
import { clock, moment, t } from "./format.js";
import { entryId } from "./store.js";

const EVENTS = (name) => ({
  "conversation.assigned": t("{name} assigned it", { name }), "conversation.resolved": t("{name} resolved it", { name }), "conversation.snoozed": t("{name} snoozed it", { name }),
  "conversation.reopened": t("{name} reopened it", { name }), "message.received": t("the customer wrote"), "message.queued": t("{name} replied", { name }), "send.requested": t("{name} replied", { name }),
});

/** Return the sentence for a conflict. */
export function whatChanged(facts) {
  const parts = (facts.changed ?? []).map(({ event, by, at }) => `${EVENTS(by?.name ?? by ?? t("Somebody"))[event] ?? t("something changed")}${at ? ` (${clock(at)})` : ""}`);
  return parts.length ? t("Meanwhile: {what}. It has been loaded again.", { what: [...new Set(parts)].join(", ") }) : t("It changed since you looked. It has been loaded again.");
}

/** Return the actions, bound to one inbox. */
export function actions(app) {
  async function command(c, path, body, done) {
    try {
      const answer = await post(`/conversations/${c.conversation_id}${path}`, path === "/take-over" ? body : { ...body, version: c.version });
      took(answer.conversation);
      if (done) app.say(done, true);
    } catch (error) {
      if (error.code !== "conflict") app.say(error.message);
      else {
        app.say(whatChanged(error.facts));
        await reload(c.conversation_id);
      }
    }
  }

  function took(conversation) {
    app.store.learn(conversation);
    app.store.place(conversation.conversation_id);
    app.list.paint();
    if (app.selected === conversation.conversation_id) {
      app.thread.paintHead();
      app.composer.paint();
    }
  }

  async function reload(id) {
    if (await app.fetchOne(id)) took(app.store.known.get(id));
  }

  async function tagged(c, method, path, body) {
    try {
      took((await call(method, `/conversations/${c.conversation_id}/tags${path}`, body)).conversation);
    } catch (error) {
      app.say(error.message);
    }
  }

  /** After resolving, the next conversation of the list is what people want to see. */
  async function leave(c, path, body, done) {
    const at = app.store.order.indexOf(c.conversation_id);
    await command(c, path, body, done);
    const isGone = !app.store.order.includes(c.conversation_id);
    if (isGone && innerWidth <= 760) app.back();
    else if (isGone && at >= 0 && app.selected === c.conversation_id && app.store.order.length) app.select(app.store.order[Math.min(at, app.store.order.length - 1)]);
  }

  async function deliver(bubble) {
    const isNote = bubble.type === "note";
    const id = bubble.conversation_id;
    try {
      const answer = await post(`/conversations/${id}/${isNote ? "notes" : "replies"}`, bubble.body);
      const entry = answer.message ?? answer.note;
      app.outbox.remove(bubble.client_id);
      const isKnown = app.store.threads.get(id)?.entries.some((each) => entryId(each) === entryId(entry));
      if (!isKnown) app.store.merge(id, [entry]);
      redraw(id, isKnown ? [] : [entry]);
    } catch (error) {
      Object.assign(bubble, { delivery_status: "unsent", problem: error.code === "offline" ? t("No connection. It will be sent when the line is back.") : error.message, isPassing: error.isPassing });
      app.outbox.save();
      redraw(id, [bubble]);
      if (["window_closed", "held_elsewhere"].includes(error.code)) await reload(id);
    }
  }

  function redraw(id, entries) {
    if (app.selected === id) app.thread.update(entries);
  }

  function begin(c, kind, body, shown) {
    const bubble = app.outbox.add(c.conversation_id, kind, body, shown);
    redraw(c.conversation_id, [bubble]);
    app.thread.toEnd();
    return deliver(bubble);
  }

  return {
    claim: (c) => (c.assignee?.person_id === app.me.person_id ? null : command(c, "/claim", {}, t("It is yours"))),
    assign: (c, assignee_id) => command(c, "/assign", { assignee_id }),
    snooze: (c, at) => leave(c, "/snooze", { until_at: at ? at.toISOString() : null }, at ? t("Snoozed until {at}", { at: moment(at) }) : t("Snoozed until they write")),
    resolve: (c) => leave(c, "/resolve", {}, t("Resolved")),
    takeOver: (c) => command(c, "/take-over", {}, t("The conversation is yours to answer")),
    reopen: (c) => command(c, "/reopen", {}),
    tag: (c, tag) => tagged(c, "POST", "", { tag }),
    untag: (c, tag) => tagged(c, "DELETE", `/${encodeURIComponent(tag)}`),
    reply: (c, body, shown) => begin(c, "reply", body, shown),
    note: (c, text) => begin(c, "note", { text }),
    react: (entry, emoji) => post(`/conversations/${app.selected}/replies`, { kind: "reaction", emoji, message_id: entry.message_id, client_id: crypto.randomUUID?.() ?? String(Date.now()) }).catch((error) => app.say(error.message)),

    /** Send an unsent bubble again under the same key: twice is once. */
    resend(bubble) {
      Object.assign(bubble, { delivery_status: "sending", problem: null });
      redraw(bubble.conversation_id, [bubble]);
      return deliver(bubble);
    },

    /** When the line is back, send what failed only for want of it. */
    resendPassing() {
      for (const bubble of app.outbox.pending) if (bubble.delivery_status === "unsent" && bubble.isPassing) this.resend(bubble);
    },

    /** Put an unsent text back where it was typed. */
    takeBack(bubble) {
      app.outbox.remove(bubble.client_id);
      redraw(bubble.conversation_id, []);
      app.composer.turn(bubble.type === "note" ? "note" : "reply");
      app.composer.insert([bubble.text, app.composer.field.value].filter(Boolean).join("\n"));
    },

    /** Retry or give up a message that the channel did not take. */
    async message(entry, what) {
      const id = app.selected;
      try {
        const answer = await post(`/messages/${entry.message_id}/${what}`);
        if (answer.message) {
          app.store.merge(id, [answer.message]);
          redraw(id, [answer.message]);
        }
      } catch (error) {
        app.say(error.message);
      }
    },

    /** Tell the server that the newest message was looked at. */
    async seen(id) {
      const conversation = app.store.known.get(id);
      if (!conversation?.unread_count) return;
      conversation.unread_count = 0;
      app.list.paint();
      await post(`/conversations/${id}/seen`).catch(() => null); // the next look says it again
    },
  };
}
