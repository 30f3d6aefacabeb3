// Who signs out without a connection is signed out here, and the server has yet to be told: no script
// can remove the cookie of the session.

const key = "wardline-owes-sign-out";

export function oweSignOut(session) {
  localStorage.setItem(key, nameOf(session));
}

export function forgetOwedSignOut() {
  localStorage.removeItem(key);
}

/// Whether this is the session that the person has left, and no later one.
export function isLeft(session) {
  return localStorage.getItem(key) === nameOf(session);
}

/// Sessions have no name that a script may read, and whose it was is nobody's business any more: the
/// moment at which it ends tells it from the next one.
function nameOf({ expiresAt }) {
  return String(expiresAt);
}
