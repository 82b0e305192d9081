/** The server, called by a visitor: a token is fetched when needed and renewed before it ends. */

const EARLY_MS = 60_000;

/** What a call came to nothing of: `status` 0 where nobody answered. */
export class Refusal extends Error {
  constructor(status, error = {}, retryAfter = 0) {
    super(error.message ?? "no answer");
    Object.assign(this, { status, code: error.code ?? "", facts: error.facts ?? {}, retryAfter });
  }

  /** Say whether the same call may succeed later. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  constructor(base, connection, keep, user) {
    Object.assign(this, { base: `${base}/${encodeURIComponent(connection)}`, keep, user });
    this.visit = null;
  }

  /** Return the widget's settings; `isFresh` past what a browser kept of them. */
  config(isFresh = false) {
    return this.ask("GET", "config", undefined, isFresh ? { cache: "reload" } : {});
  }

  /** Say whether the server answers pages at all: one that does, and does not let us read the settings, does not want us. */
  isThere() {
    return fetch(this.base.replace(/\/[^/]*$/u, "/prosa-chat.js"), { credentials: "omit", cache: "no-cache" }).then(({ ok }) => ok, () => false);
  }

  /** Return a token that is good for a while yet. */
  async token() {
    if (!this.visit || this.visit.until < Date.now() + EARLY_MS) await this.begin();
    return this.visit.token;
  }

  /** Begin a visit or go on with it; `prechat` is the form as filled in. */
  begin(prechat) {
    const before = this.beginning ?? Promise.resolve();
    if (this.beginning && !prechat) return before;
    this.beginning = before.catch(() => {}).then(() => this.session(prechat)).finally(() => (this.beginning = null));
    return this.beginning;
  }

  async session(prechat) {
    const returning = this.keep.get("returning");
    const given = await this.ask("POST", "session", { returning, user: this.user ?? null, prechat: prechat ?? null });
    this.visit = { ...given, until: Date.now() + given.expires_in_s * 1000 };
    this.keep.set("returning", given.returning);
    return this.visit;
  }

  /** Call as the visitor; a token that the server no longer takes is renewed once. */
  async call(method, path, body, options = {}) {
    for (let isAgain = false; ; isAgain = true) {
      const token = await this.token();
      try {
        return await this.ask(method, path, body, { ...options, token });
      } catch (error) {
        if (error.status !== 401 || isAgain) throw error;
        this.visit = null;
      }
    }
  }

  /** Return a file of the conversation as a blob. */
  file(sha256) {
    return this.call("GET", `files/${sha256}`, undefined, { as: "blob" });
  }

  async ask(method, path, body, { token, as = "json", signal, cache } = {}) {
    const isForm = body instanceof FormData;
    const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...(body && !isForm && { "Content-Type": "application/json" }) };
    const options = { method, headers, signal, ...(cache && { cache }), body: isForm ? body : body && JSON.stringify(body), credentials: "omit", referrerPolicy: "no-referrer" };
    let response;
    try {
      response = await fetch(`${this.base}/${path}`, options);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Refusal(0);
    }
    if (!response.ok) throw await refusal(response);
    return response.status === 204 ? null : response[as]();
  }

  /** Return the address of the stream, and the subprotocols in which the token travels. */
  async stream(after) {
    const query = after ? `?after=${after}` : "";
    return [`${this.base.replace(/^http/u, "ws")}/stream${query}`, ["prosa.chat", await this.token()]];
  }
}

async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  return new Refusal(response.status, body.error, Number(response.headers.get("retry-after")) || 0);
}
