import { attachmentInfo } from "../api/chat-api.js";

const known = new WeakMap();

/// Name, type and size of an attachment, which never change: asked for once while `me` is signed in.
/// Null when the server cannot be reached.
export async function attachmentFacts(me, attachmentId) {
  if (!known.has(me)) known.set(me, new Map());
  const facts = known.get(me);
  if (!facts.has(attachmentId)) {
    facts.set(attachmentId, attachmentInfo(attachmentId).catch(() => {
      facts.delete(attachmentId);
      return null;
    }));
  }
  return facts.get(attachmentId);
}
