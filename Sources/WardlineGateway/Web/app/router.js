// Which path shows what. The server gives the same page for all of them.

/// { place: "dietitian" | "chat", conversationId, sequence } for an address that this person may go to;
/// null for every other. `/chat/ID#42` is the conversation at its message 42.
export function placeOf(address, me) {
  const [path, fragment] = address.split("#");
  const isPatient = me.userType === "patient";
  if (path === "/dietitian-support" && isPatient) return { place: "dietitian", conversationId: null };
  if (path === "/chat") return { place: "chat", conversationId: null };
  const found = /^\/chat\/([^/]+)$/.exec(path);
  if (!found) return null;
  const conversationId = decoded(found[1]);
  if (conversationId === null) return null;
  const sequence = /^\d{1,15}$/.test(fragment ?? "") ? Number(fragment) : null;
  return { place: "chat", conversationId, sequence };
}

/// Null for what no browser writes, such as a lone percent sign.
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/// What the browser shows now, as `placeOf` takes it.
export function currentAddress() {
  return location.pathname + location.hash;
}

export function homeOf(me) {
  return me.userType === "patient" ? "/dietitian-support" : "/chat";
}

/// What the browser shows now, if it is this person's: where somebody else has been before, who comes
/// after them begins at home.
export function ownAddress(me) {
  const owner = history.state?.owner ?? me.userId;
  const address = owner === me.userId ? currentAddress() : homeOf(me);
  history.replaceState({ owner: me.userId }, "", address);
  return address;
}

/// The next person must not land where this one was.
export function leaveAddress() {
  history.replaceState(null, "", "/");
}

/// Calls `onPath` whenever another address is to be shown, until the signal aborts.
export function followPaths(me, onPath, signal) {
  window.addEventListener("popstate", () => onPath(ownAddress(me)), { signal });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='/']");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!link || !isPlain || link.target || link.hasAttribute("download")) return;
    event.preventDefault();
    goTo(link.getAttribute("href"), onPath);
  }, { signal });
}

export function goTo(path, onPath) {
  if (path !== currentAddress()) history.pushState(history.state, "", path);
  onPath(path);
}
