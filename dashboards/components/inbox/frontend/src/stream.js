/** The live line: one WebSocket, resumed by sequence, so that nothing is missed while it was down. */

const SILENCE_MS = 45_000; // the server pings every 20 s; two missed pings mean the line is dead

/** Holds the line open. Calls `on.change`, `on.reset`, `on.typing`, `on.viewing`, `on.line(isUp)`. */
export class Stream {
  constructor(on) {
    this.on = on;
    this.seq = null;
    this.tries = 0;
    this.isUp = false;
    this.wake = () => this.isUp || this.open();
    window.addEventListener("online", this.wake);
  }

  /** Connect, or connect again from where we were. */
  open() {
    clearTimeout(this.timer);
    this.drop();
    if (this.isClosed) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const after = this.seq === null ? "" : `?after=${this.seq}`;
    const socket = new WebSocket(`${scheme}//${location.host}/api/stream${after}`);
    this.socket = socket;
    this.watch();
    socket.onmessage = (event) => this.socket === socket && this.take(JSON.parse(event.data));
    socket.onclose = () => this.socket === socket && this.lost();
  }

  /** Hang up for good. */
  close() {
    this.isClosed = true;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    window.removeEventListener("online", this.wake);
    this.drop();
  }

  /** Tell colleagues what we are doing; lost without harm when the line is down. */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(), SILENCE_MS);
  }

  lost() {
    this.drop();
    clearTimeout(this.silence);
    if (this.isClosed) return;
    this.isUp = false;
    this.tries += 1;
    const wait = Math.min(15_000, 400 * 2 ** this.tries) * (0.5 + Math.random() / 2);
    this.timer = setTimeout(() => this.open(), wait);
    this.on.line(false);
  }

  take(message) {
    this.watch();
    if (message.type === "hello") {
      this.tries = 0;
      this.isUp = true;
      const isFirst = this.seq === null;
      this.seq ??= message.seq;
      this.on.line(true, isFirst);
    } else if (message.type === "change") {
      this.seq = Math.max(this.seq ?? 0, message.seq);
      this.on.change(message);
    } else if (message.type === "reset") {
      this.seq = message.seq;
      this.on.reset();
    } else if (message.type in this.on) this.on[message.type](message);
  }
}
