import { onSignedOut } from "./api/request.js";
import { currentSession, signOut } from "./api/session-api.js";
import "./components/app-shell.js";
import "./components/sign-in.js";
import { forgetPerson, knownPerson, rememberPerson } from "./session/known-person.js";
import { IdleWatch } from "./session/idle-watch.js";
import { Chat } from "./state/chat.js";
import { Database } from "./storage/database.js";

// Begins here: finds out who is signed in and shows the app, or the page to sign in.

let chat = null;
let idleWatch = null;

async function begin(reason) {
  let session;
  try {
    session = await currentSession();
  } catch (error) {
    if (error.status === 401) return showSignIn(reason);
    session = knownPerson();
    if (!session) return showSignIn(error.message);
  }
  await showApp(session);
}

async function showApp(session) {
  const before = knownPerson();
  if (before && before.userId !== session.userId) await new Database(before.userId).erase();
  rememberPerson(session);
  chat = new Chat(session);
  await chat.start();
  const shell = document.createElement("app-shell");
  shell.chat = chat;
  shell.addEventListener("sign-out", () => leave("You are signed out."));
  document.body.replaceChildren(shell);
  idleWatch = new IdleWatch(session, () => leave("You were signed out because nothing happened for a while."));
}

/// Ends the session here and on the server, and removes what the browser kept of it.
async function leave(reason) {
  await signOut().catch(() => {});
  await end(reason, { keepOutbox: false });
}

/// The session is over on the server. What was written and not sent is kept for the same person.
async function end(reason, { keepOutbox }) {
  const ended = chat;
  if (!ended) return;
  chat = null;
  idleWatch?.stop();
  ended.stop();
  if (!keepOutbox) {
    forgetPerson();
    await ended.store.erase();
  }
  showSignIn(reason);
}

function showSignIn(reason) {
  const page = document.createElement("sign-in");
  page.begin({ reason, onSignedIn: () => begin() });
  document.body.replaceChildren(page);
}

onSignedOut(() => end("Your session is over. Sign in again to go on.", { keepOutbox: true }));
begin();
