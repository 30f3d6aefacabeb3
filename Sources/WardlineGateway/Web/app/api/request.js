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

  /// Whether nobody is signed in any more, or somebody else is.
  get endsSession() {
    return this.status === 401 || this.code === "OTHER_USER";
  }
}

const whenSignedOut = new Set();
const whenOtherUser = new Set();
let expectedUser = null;

/// `listener` is called when the server says that nobody is signed in.
export function onSignedOut(listener) {
  whenSignedOut.add(listener);
}

/// `listener` is called when the server says that somebody else is signed in by now.
export function onOtherUser(listener) {
  whenOtherUser.add(listener);
}

/// Whom the page shows; null for nobody. All tabs have one cookie, which may become somebody else's
/// at any moment: the server refuses what is not meant for whom the cookie names.
export function expectUser(userId) {
  expectedUser = userId;
}

/// What every request with the cookie says: that this page makes it, and in whose name.
export function sessionHeaders() {
  return { "X-Wardline": "1", ...(expectedUser === null ? {} : { "Expected-User": expectedUser }) };
}

/// Tells those who wait for it how the session has ended, if it has.
export function noteEndOfSession(failure) {
  if (!failure.endsSession) return;
  for (const listener of failure.status === 401 ? whenSignedOut : whenOtherUser) listener();
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
  const headers = { Accept: "application/json", ...sessionHeaders(), ...options.headers };
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
  noteEndOfSession(failure);
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
