/** What was said before: asked for page by page, from the oldest message that is shown back to the first. */

import { el } from "./dom.js";

const NEAR_PX = 160;

export class Past {
  /** `house` gives say, api, log, oldest() and recalled(messages); `isWhole` says that the beginning is shown. */
  constructor(house, isWhole) {
    Object.assign(this, { house, isWhole, isAsked: false, ids: new Set(), turn: 0 });
    this.button = el("button", { type: "button", class: "word", onclick: () => this.ask() });
    this.problem = el("span", {});
    this.told = el("span", { class: "unseen", role: "status" });
    this.root = el("div", { class: "past", "aria-live": "off" }, this.problem, this.button, this.told);
    this.show("more");
  }

  /** Begin anew: what is shown now is all there is to go on from. */
  reset(isWhole) {
    this.turn += 1;
    this.isWhole = isWhole;
    this.isAsked = false;
    this.ids.clear();
    this.told.textContent = "";
    this.show("more");
  }

  /** Ask for the page before by itself where somebody scrolls up to it; what failed waits to be asked for. */
  scrolled(top) {
    if (top < NEAR_PX && this.state === "more") this.ask();
  }

  async ask() {
    const oldest = this.house.oldest();
    if (this.state === "loading" || this.isWhole || !oldest) return;
    const turn = this.turn;
    this.isAsked = true;
    this.show("loading", this.house.say("looking"));
    try {
      const page = await this.house.api.call("GET", `messages?before=${oldest.seq}`);
      if (turn === this.turn) this.take(page);
    } catch {
      if (turn === this.turn) this.show("failed", this.house.say("not_loaded"));
    }
  }

  take({ messages, is_beginning: isWhole }) {
    for (const each of messages) this.ids.add(each.id);
    this.isWhole = isWhole;
    const hadFocus = this.root.contains(this.root.getRootNode().activeElement);
    this.house.log.staying(() => {
      this.show("more", this.house.say(isWhole ? "beginning" : "added", { n: messages.length }));
      this.house.recalled(messages);
    });
    if (isWhole && hadFocus) this.house.log.root.focus({ preventScroll: true });
  }

  /** Show how it stands; `told` is what a screen reader says of it. */
  show(state, told = "") {
    const { say } = this.house;
    const isOver = this.isWhole || !this.house.oldest();
    this.state = isOver ? "whole" : state;
    this.root.hidden = isOver && !this.isAsked;
    this.button.hidden = isOver;
    this.button.textContent = say({ loading: "looking", failed: "retry" }[state] ?? "earlier");
    this.button.setAttribute("aria-disabled", state === "loading");
    this.problem.textContent = isOver ? say("beginning") : state === "failed" ? say("not_loaded") : "";
    this.told.textContent = told;
  }
}
