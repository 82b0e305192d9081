/** The inbox API on the same origin: the cookie speaks for us, X-Prosa marks our own writes. */

/** A refusal in the API's error shape, or `offline` when nobody answered. */
export class ApiError extends Error {
  constructor(status, code, message, facts = {}) {
    super(message);
    Object.assign(this, { status, code, facts });
  }

  /** Say whether trying the same thing again may help. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

function refusal(status, body) {
  if (status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  const error = body?.error ?? {};
  return new ApiError(status, error.code ?? "unknown", error.message ?? `HTTP ${status}`, error.facts ?? {});
}

/** Call the API and return its JSON; throw ApiError for anything else. */
export async function call(method, path, body, signal) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-Prosa"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(`/api${path}`, { method, headers, signal, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", "No connection");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response.status, answer);
  return answer ?? {};
}

export const get = (path, signal) => call("GET", path, undefined, signal);
export const post = (path, body = {}) => call("POST", path, body);

/** Return a list whatever envelope it came in: a bare array or one named member. */
export const listOf = (answer, name) => (Array.isArray(answer) ? answer : answer[name] ?? answer.items ?? []);

/** Upload a file and report its progress from 0 to 1; `abort()` gives up. */
export function upload(file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve(request.response) : reject(refusal(request.status, request.response)));
    request.onerror = () => reject(new ApiError(0, "offline", "No connection"));
    request.onabort = () => reject(new ApiError(0, "aborted", "Stopped"));
  });
  request.open("POST", "/api/uploads");
  request.responseType = "json";
  request.setRequestHeader("X-Prosa", "1");
  const form = new FormData();
  form.append("file", file);
  request.send(form);
  return { done, abort: () => request.abort() };
}
