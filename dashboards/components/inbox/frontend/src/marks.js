/** What the bench reads: when a thing began and when it was on the screen. */

const KEPT = 2000;

/** Run after the browser has painted what was just changed. */
export function painted(act) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = act;
    channel.port2.postMessage(null);
  });
}

/** Note one thing: its kind, its id, how long it took, and the wall clock when it was painted. */
export function mark(kind, id, began, more = {}) {
  const marks = (window.prosaMarks ??= []);
  const now = performance.now();
  marks.push({ kind, key: id, took_ms: now - began, painted_at_ms: performance.timeOrigin + now, ...more });
  if (marks.length > KEPT) marks.splice(0, KEPT / 2);
}
