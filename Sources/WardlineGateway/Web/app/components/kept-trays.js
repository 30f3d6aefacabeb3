import { AttachmentTray } from "./attachment-tray.js";

// Files that are attached and not sent stay while the page is open, as what is written does.

const kept = new WeakMap();

/// The tray of a conversation, with the listeners of the input that shows it now.
export function trayOf(chat, conversationId, listeners) {
  if (!kept.has(chat)) kept.set(chat, new Map());
  const trays = kept.get(chat);
  if (!trays.has(conversationId)) trays.set(conversationId, new AttachmentTray(chat));
  const tray = trays.get(conversationId);
  Object.assign(tray, listeners);
  return tray;
}

/// The person leaves: nothing of theirs goes on.
export function dropTrays(chat) {
  for (const tray of kept.get(chat)?.values() ?? []) tray.cancelAll();
  kept.delete(chat);
}
