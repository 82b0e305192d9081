/** What happens, as it happens: by WebSocket, and where that does not come through by asking again and again. */

const LONGEST_MS = 30_000;
const SILENCE_MS = 45_000; // the server says something every 20 s
const NOT_SIGNED_IN = 4401;
const NOT_ALLOWED = 4403;
const TRIES = 2;

export class Stream {
  /** `after()` is the seq that was reached; `on` has `told(message)` and `state(online)`. */
  constructor(api, after, on) {
    Object.assign(this, { api, after, on, socket: null, fails: 0, neverOpened: 0, isRunning: false, wake: null });
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.on.state(false));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.check());
    addEventListener("pageshow", (event) => event.persisted && this.check());
  }

  /** Listen until `stop`. */
  async start() {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.isRunning) {
      try {
        if (this.neverOpened < TRIES && "WebSocket" in globalThis) await this.listen();
        else await this.poll();
      } catch (error) {
        if (error.status === 403 || error.status === 404) this.isRunning = false; // nobody wants us here
        this.fails += 1;
        this.on.state(false);
      }
      if (this.isRunning && this.fails) await this.rest();
    }
  }

  stop() {
    this.isRunning = false;
    this.socket?.close();
    this.abort?.abort();
    this.hurry();
  }

  /** Tell the server that the visitor types. */
  typing() {
    if (this.socket?.readyState === 1) this.socket.send('{"type":"typing"}');
    else this.api.call("POST", "typing").catch(() => {});
  }

  async listen() {
    const [url, protocols] = await this.api.stream(this.after());
    await new Promise((_, reject) => {
      const socket = (this.socket = new WebSocket(url, protocols));
      let isOpen = false;
      socket.onmessage = ({ data }) => {
        isOpen = true;
        this.neverOpened = this.fails = 0;
        this.heard = Date.now();
        this.on.state(true);
        this.on.told(JSON.parse(data));
      };
      socket.onclose = ({ code }) => {
        this.socket = null;
        if (code === NOT_SIGNED_IN) this.api.visit = null;
        else if (!isOpen && navigator.onLine !== false) this.neverOpened += 1;
        reject(Object.assign(new Error("closed"), { status: code === NOT_ALLOWED ? 403 : 0 }));
      };
    });
  }

  async poll() {
    this.abort = new AbortController();
    const after = this.after();
    const told = await this.api.call("GET", `messages${after ? `?after=${after}` : ""}`, undefined, { signal: this.abort.signal });
    this.fails = 0;
    this.on.state(true);
    this.on.told(told);
  }

  /** Wait longer each time, and never all visitors together. */
  rest() {
    const wait = Math.min(LONGEST_MS, 500 * 2 ** Math.min(this.fails, 7)) * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, wait);
    });
  }

  hurry() {
    this.wake?.();
  }

  /** A tab that slept may hold a connection that died long ago. */
  check() {
    this.hurry();
    if (this.socket && Date.now() - (this.heard ?? 0) > SILENCE_MS) this.socket.close();
  }
}
