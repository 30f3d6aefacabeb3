/// Applies a change to the messages of a conversation that are kept on the disk: what was deleted or
/// edited must not be found there, also where the conversation is not open.
export async function changeKept(store, conversationId, changed) {
  try {
    const kept = await store.get("messages", conversationId);
    if (kept) await store.put("messages", conversationId, kept.map(changed));
  } catch {
    // There is no database, or it is closed: the person has signed out.
  }
}
