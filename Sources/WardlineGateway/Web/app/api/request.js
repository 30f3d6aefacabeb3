// One way to the server: same origin, cookie session, problem+json errors.

/// What the server refused, or that it could not be reached (`status` 0).
export class RequestError extends Error {
  constructor(status, code, detail, retryAfterSeconds, field) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.field = field;
  }

  /// Whether the same request may succeed later without anybody changing it.
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const whenSignedOut = new Set();

/// `listener` is called when the server says that nobody is signed in.
export function onSignedOut(listener) {
  whenSignedOut.add(listener);
}

/// Sends a request and gives the decoded answer, or null when it has no body.
///
/// `options`: `body` (sent as JSON), `key` (idempotency), `version` (If-Match), `signal`, `headers`.
export async function request(method, path, options = {}) {
  const response = await send(method, path, options);
  return response.status === 204 ? null : response.json();
}

/// As `request`, for whoever reads the answer in another way.
export async function send(method, path, options = {}) {
  const headers = { Accept: "application/json", "X-Wardline": "1", ...options.headers };
  let body = options.body;
  if (body !== undefined && !(body instanceof Blob)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  if (options.key) headers["Idempotency-Key"] = options.key;
  if (options.version) headers["If-Match"] = `"${options.version}"`;
  let response;
  try {
    response = await fetch(path, { method, headers, body, signal: options.signal, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestError(0, "UNREACHABLE", "The server cannot be reached.");
  }
  if (response.ok) return response;
  const failure = await failureOf(response);
  if (response.status === 401) for (const listener of whenSignedOut) listener();
  throw failure;
}

async function failureOf(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // A proxy in between answers with something else than we do.
  }
  return new RequestError(
    response.status,
    problem.code ?? "UNKNOWN",
    problem.detail ?? problem.title ?? `The server answered with ${response.status}.`,
    Number(response.headers.get("Retry-After")) || undefined,
    problem.field,
  );
}

/// A path of parts that may hold any character.
export function path(strings, ...values) {
  return String.raw({ raw: strings }, ...values.map((value) => encodeURIComponent(value)));
}
