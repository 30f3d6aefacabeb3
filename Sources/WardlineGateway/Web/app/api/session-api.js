import { fromWire } from "./records.js";
import { request } from "./request.js";

// Who is signed in. The browser holds a cookie that no script can read, and nothing else.

/// The person of this session, and after how many idle seconds it ends.
export async function currentSession() {
  return fromWire(await request("GET", "/web/session"));
}

/// Somebody did something: the session's idle time begins anew.
export async function keepAlive() {
  return fromWire(await request("POST", "/web/session/activity"));
}

export function signOut() {
  return request("DELETE", "/web/session");
}

/// What the sign-in page offers: the people of the sample clinic, identity providers, both or neither.
export async function signInChoices() {
  return fromWire(await request("GET", "/web/sign-in"));
}

export async function signInAs(userId) {
  return fromWire(await request("POST", "/web/sign-in", { body: { User_id: userId } }));
}
