// Who was signed in last and may go on reading what is loaded without a connection. No secret.

const personKey = "wardline-person";
const activityKey = "wardline-last-activity";

export function rememberPerson(session) {
  localStorage.setItem(personKey, JSON.stringify({ ...session, hasEnded: false }));
}

/// Whose messages the browser keeps, with { hasEnded }: whether their session is known to be over.
export function knownPerson() {
  try {
    return JSON.parse(localStorage.getItem(personKey));
  } catch {
    return null;
  }
}

/// The session of the known person is over; what they wrote and did not send is still theirs.
export function noteEnd() {
  const person = knownPerson();
  if (person) localStorage.setItem(personKey, JSON.stringify({ ...person, hasEnded: true }));
}

/// Calls `onChange` when another tab has signed somebody in or out, with whom; with null for nobody.
export function onOtherTab(onChange) {
  window.addEventListener("storage", (event) => {
    // Without a key all was removed.
    if (event.key === personKey || event.key === null) onChange(knownPerson());
  });
}

export function forgetPerson() {
  localStorage.removeItem(personKey);
}

/// Whether a page that cannot ask the server may show what was loaded: not after the session, nor to
/// whoever comes when the person has been away for as long as ends it.
export function mayReadOffline(person) {
  return Boolean(person) && !person.hasEnded && idleMilliseconds() < person.idleSeconds * 1000;
}

/// The person did something, in whichever tab.
export function noteActivity() {
  localStorage.setItem(activityKey, Date.now());
}

/// For how long the person has done nothing in any tab.
export function idleMilliseconds() {
  return Date.now() - Number(localStorage.getItem(activityKey));
}
