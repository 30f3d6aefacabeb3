// Which path shows what. The server gives the same page for all of them.

/// { place: "dietitian" | "chat", conversationId } for a path that this person may go to; null for
/// every other.
export function placeOf(path, me) {
  const isPatient = me.userType === "patient";
  if (path === "/dietitian-support" && isPatient) return { place: "dietitian", conversationId: null };
  if (path === "/chat") return { place: "chat", conversationId: null };
  const found = /^\/chat\/([^/]+)$/.exec(path);
  return found ? { place: "chat", conversationId: decodeURIComponent(found[1]) } : null;
}

export function homeOf(me) {
  return me.userType === "patient" ? "/dietitian-support" : "/chat";
}

/// Calls `onPath` whenever another path is to be shown, until the signal aborts.
export function followPaths(onPath, signal) {
  window.addEventListener("popstate", () => onPath(location.pathname), { signal });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='/']");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!link || !isPlain || link.target || link.hasAttribute("download")) return;
    event.preventDefault();
    goTo(link.getAttribute("href"), onPath);
  }, { signal });
}

export function goTo(path, onPath) {
  if (path !== location.pathname) history.pushState(null, "", path);
  onPath(path);
}
