import { attachmentUsage } from "../api/chat-api.js";

const known = new WeakMap();

/// What files the server takes, asked for once: null when it cannot be reached.
export async function attachmentLimits(chat) {
  if (!known.has(chat)) {
    known.set(chat, attachmentUsage().catch(() => {
      known.delete(chat);
      return null;
    }));
  }
  return known.get(chat);
}
