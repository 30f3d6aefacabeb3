import { expectUser, onOtherUser, onSignedOut } from "./api/request.js";
import { currentSession, signOut } from "./api/session-api.js";
import "./components/app-shell.js";
import "./components/sign-in.js";
import { mayLoseUnsent } from "./components/unsent-question.js";
import { keepAppFiles, lookForNewVersion } from "./offline/app-files.js";
import { leaveAddress } from "./router.js";
import { IdleWatch } from "./session/idle-watch.js";
import { forgetPerson, knownPerson, mayReadOffline, noteEnd, onOtherTab, rememberPerson } from "./session/known-person.js";
import { forgetOwedSignOut, isLeft, oweSignOut } from "./session/owed-sign-out.js";
import { takeSignInProblem } from "./session/sign-in-problem.js";
import { Chat } from "./state/chat.js";
import { Database } from "./storage/database.js";

// Begins here: finds out who is signed in and shows the app, or the page to sign in.

const sessionOver = "Your session is over. Sign in again to go on.";
const signedOut = "You are signed out.";
const idleTooLong = "You were signed out because nothing happened for a while.";

let chat = null;
let shell = null;
let idleWatch = null;
let isOutdated = false;

async function begin() {
  let session;
  try {
    session = await currentSession();
  } catch (error) {
    return beginWithout(error);
  }
  if (isLeft(session)) return leaveServer(session);
  forgetOwedSignOut();
  await showApp(session);
}

/// There is no session, or the server cannot say whether there is one.
async function beginWithout(error) {
  const person = knownPerson();
  const isOver = error.status === 401;
  if (error.isPassing && mayReadOffline(person)) return showApp(person, { isOffline: true });
  if (person && !person.hasEnded && (isOver || error.isPassing)) {
    await endKept(person);
    return showSignIn(isOver ? sessionOver : idleTooLong);
  }
  showSignIn(null, isOver ? null : error.message);
}

async function showApp(session, { isOffline = false } = {}) {
  const before = knownPerson();
  // What somebody wrote and could not send is theirs until they come back.
  if (before && before.userId !== session.userId) await new Database(before.userId).eraseLoaded();
  rememberPerson(session);
  expectUser(session.userId);
  chat = new Chat(session);
  followConnection(chat, isOffline);
  await chat.start();
  shell = document.createElement("app-shell");
  shell.chat = chat;
  shell.addEventListener("sign-out", () => leave());
  document.body.replaceChildren(shell);
  if (isOutdated) shell.offerNewVersion();
  idleWatch = new IdleWatch(session, () => leaveIdle());
}

/// What is to be asked when the server is reached again.
function followConnection(chat, isOffline) {
  let wasLost = isOffline;
  chat.addEventListener("connection", async () => {
    if (chat.connection.state === "waiting") wasLost = true;
    if (chat.connection.state !== "live" || !wasLost) return;
    wasLost = false;
    lookForNewVersion();
    // The session of the browser may be somebody else's by now: then nothing of both may mix.
    const session = await currentSession().catch(() => null);
    if (session && session.userId !== chat.me.userId) giveWay();
  });
}

/// Somebody else is signed in by now, in another tab: the page becomes theirs. What the person has not
/// sent stays on the disk under their name.
async function giveWay() {
  if (!chat) return;
  await close().store.eraseLoaded();
  location.replace("/");
}

/// `person`: whom another tab has signed in; null when it has signed out whoever was there.
function otherTab(person) {
  if (!chat || person?.userId === chat.me.userId) return;
  if (person) return void giveWay();
  close();
  leaveAddress();
  showSignIn(signedOut);
}

/// The person signs out: nothing of theirs stays here, whether or not the server can be told at once.
async function leave() {
  const left = chat?.me;
  if (!left) return;
  const unsent = chat.outbox.size;
  if (unsent > 0 && !(await mayLoseUnsent(unsent))) return;
  // While one was asked the session may have ended.
  if (chat?.me !== left) return;
  oweSignOut(left);
  const { store } = close();
  leaveAddress();
  forgetPerson();
  await store.erase();
  await leaveServer(left);
}

/// As `leave`, but what was written and not sent stays for when the same person comes back.
async function leaveIdle() {
  const left = chat?.me;
  if (!left) return;
  oweSignOut(left);
  await endKept(left, close().store);
  await leaveServer(left, idleTooLong);
}

async function leaveServer(session, reason = signedOut) {
  oweSignOut(session);
  document.body.replaceChildren();
  try {
    await signOut();
    forgetOwedSignOut();
  } catch {
    // The next page that reaches the server does it.
  }
  showSignIn(reason);
}

/// The session is over on the server. What was written and not sent is kept for the same person.
async function end() {
  if (!chat) return;
  const { me } = chat;
  await endKept(me, close().store);
  showSignIn(sessionOver);
  // A server that has forgotten its sessions was started again, maybe as another version.
  lookForNewVersion();
}

async function endKept(person, store = new Database(person.userId)) {
  noteEnd();
  await store.eraseLoaded();
}

/// Takes everything of the person from the page: gives the chat that it showed.
function close() {
  const closed = chat;
  chat = shell = null;
  idleWatch?.stop();
  closed.stop();
  document.body.replaceChildren();
  expectUser(null);
  return closed;
}

function showSignIn(reason, problem = null) {
  const page = document.createElement("sign-in");
  page.begin({ reason, problem: takeSignInProblem() ?? problem, onSignedIn: () => begin() });
  document.body.replaceChildren(page);
}

onSignedOut(() => end());
onOtherUser(() => giveWay());
onOtherTab((person) => otherTab(person));
begin();
keepAppFiles(() => {
  isOutdated = true;
  shell?.offerNewVersion();
});
