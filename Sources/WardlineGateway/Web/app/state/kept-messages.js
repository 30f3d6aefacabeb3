let last = Promise.resolve();

/// Applies a change to the messages of a conversation that are kept on the disk, an array that becomes
/// another: what was deleted or edited must not be found there, also where the conversation is not open.
/// One change after the other, since each writes all of them anew.
export function changeKept(store, conversationId, changed) {
  last = last.then(() => change(store, conversationId, changed));
  return last;
}

async function change(store, conversationId, changed) {
  try {
    const kept = await store.get("messages", conversationId);
    if (kept) await store.put("messages", conversationId, changed(kept));
  } catch {
    // There is no database, or it is closed: the person has signed out.
  }
}
