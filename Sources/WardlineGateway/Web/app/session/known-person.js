// Who was signed in last, so that what is loaded can be read without a connection. No secret.

const key = "wardline-person";

export function rememberPerson(session) {
  localStorage.setItem(key, JSON.stringify(session));
}

export function knownPerson() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function forgetPerson() {
  localStorage.removeItem(key);
}
