/** Greets by itself where a rule says so: once for each text, and never somebody who is talking already. */

const LOOK_MS = 500;

/** Say whether a path is one that a pattern names; `*` stands for anything. */
export function matches(glob, path) {
  const parts = glob.split("*").map((each) => each.replace(/[.+?^${}()|[\]\\]/gu, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "u").test(path);
}

export class Greeter {
  constructor(rules, keep, greet) {
    Object.assign(this, { rules, keep, greet, timers: [], path: null });
  }

  /** Wait for the first rule of this page, and anew for each page of a site that changes pages without loading. */
  start() {
    this.begin();
    this.watch = setInterval(() => this.path !== location.pathname && this.begin(), LOOK_MS);
  }

  begin() {
    this.timers.forEach(clearTimeout);
    this.path = location.pathname;
    const before = this.keep.get("greeted") ?? [];
    const due = this.rules.filter((each) => matches(each.path_glob, location.pathname) && !before.includes(each.text));
    this.timers = due.map((each) => setTimeout(() => this.say(each.text), each.after_s * 1000));
  }

  stop() {
    clearInterval(this.watch);
    this.timers.forEach(clearTimeout);
  }

  say(text) {
    this.stop();
    this.keep.set("greeted", [...(this.keep.get("greeted") ?? []), text]);
    this.greet(text);
  }
}
