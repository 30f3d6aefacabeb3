import { previewOf } from "./naming.js";

// What each kind of event changes in what is loaded. Applying one twice changes nothing more.

export function applyEvent(chat, event) {
  const apply = appliers[event.type];
  if (apply) apply(chat, event.data, event);
}

const appliers = {
  message_created: messageCreated,
  message_edited: (chat, message) => messageChanged(chat, message.conversationId, message.messageId, () => message),
  message_deleted: messageDeleted,
  message_hidden: messageHidden,
  reaction_added: (chat, reaction, event) => reactionChanged(chat, reaction, event.conversationId, true),
  reaction_removed: (chat, reaction, event) => reactionChanged(chat, reaction, event.conversationId, false),
  receipt_moved: receiptMoved,
  conversation_created: (chat, conversation) => refresh(chat, conversation.conversationId),
  conversation_updated: conversationUpdated,
  conversation_muted: (chat, muted, event) => chat.list.update(event.conversationId, muted),
  participant_joined: participantJoined,
  participant_left: participantLeft,
  participant_changed: (chat, change, event) =>
    participantChanged(chat, event.conversationId, change.userId, {
      participantRole: change.participantRole,
    }),
  assignment_changed: (chat) => chat.tell("assignment"),
  attachment_changed: (chat, attachment) => chat.tell("attachment", attachment),
  typing: (chat, typing, event) => chat.typing.set(event.conversationId, typing.userId, typing.typing),
  presence: presenceChanged,
};

function messageCreated(chat, message) {
  const { conversationId, sequence } = message;
  const isOwn = message.sender?.userId === chat.me.userId;
  const conversation = chat.list.get(conversationId);
  chat.typing.set(conversationId, message.sender?.userId, false);
  if (isOwn) chat.outbox.arrived(message);
  if (!conversation) {
    refresh(chat, conversationId);
  } else if (sequence > conversation.lastSequence) {
    chat.list.update(conversationId, {
      lastSequence: sequence,
      lastMessage: message,
      unreadCount: conversation.unreadCount + (isOwn ? 0 : 1),
    });
  }
  chat.history(conversationId)?.add(message);
  if (!isOwn) {
    chat.receipts.delivered(conversationId, sequence);
    chat.tell("arrival", message);
  }
}

function messageChanged(chat, conversationId, messageId, changed) {
  // Replies quote the message, with its words.
  const changedIn = (one) => {
    if (one.messageId === messageId) return changed(one);
    return one.replyTo?.messageId === messageId ? { ...one, replyTo: quoteOf(changed(one.replyTo)) } : one;
  };
  chat.history(conversationId)?.changeAll(changedIn);
  changeKept(chat, conversationId, (kept) => kept.map(changedIn));
  chat.tell("changed", { messageId, changed });
  const last = chat.list.get(conversationId)?.lastMessage;
  if (last?.messageId === messageId) {
    chat.list.update(conversationId, { lastMessage: changed(last) });
  }
}

/// What was deleted or edited must not be found on the disk either, also where the conversation is not
/// open. There may be no database, or a closed one: the person has signed out.
function changeKept(chat, conversationId, changed) {
  chat.store.change("messages", conversationId, changed).catch(() => {});
}

/// The reference to a message as it is now.
function quoteOf(message) {
  return { ...message, preview: message.isDeleted ? "" : previewOf(message) };
}

function messageDeleted(chat, deletion, event) {
  messageChanged(chat, event.conversationId, deletion.messageId, (message) => ({
    ...message,
    isDeleted: true,
    content: "",
    attachmentId: null,
    attachmentUrl: null,
    reactions: [],
    deletedAt: event.occurredAt,
  }));
  // A deleted message does not count as unread, which only the server knows of all of them.
  if (chat.list.get(event.conversationId)?.unreadCount > 0) refresh(chat, event.conversationId);
}

function messageHidden(chat, hidden, event) {
  const { messageId } = hidden;
  chat.history(event.conversationId)?.remove(messageId);
  changeKept(chat, event.conversationId, (kept) => kept.filter((one) => one.messageId !== messageId));
  refresh(chat, event.conversationId);
}

function reactionChanged(chat, { messageId, userId, emoji }, conversationId, isAdded) {
  chat.history(conversationId)?.change(messageId, (message) => {
    const before = message.reactions.find((one) => one.emoji === emoji);
    const users = (before?.userIds ?? []).filter((one) => one !== userId);
    if (isAdded) users.push(userId);
    const changed = { emoji, count: users.length, userIds: users };
    const reactions = before
      ? message.reactions.map((one) => (one === before ? changed : one))
      : [...message.reactions, changed];
    return { ...message, reactions: reactions.filter((one) => one.count > 0) };
  });
}

function receiptMoved(chat, receipt, event) {
  const { conversationId } = event;
  const fields = { delivered: "deliveredUpTo", read: "readUpTo", acknowledged: "acknowledgedUpTo" };
  participantChanged(chat, conversationId, receipt.userId, (before) => {
    const moved = { [fields[receipt.kind]]: receipt.upTo };
    if (receipt.kind !== "delivered") {
      moved.deliveredUpTo = Math.max(before.deliveredUpTo, receipt.upTo);
    }
    if (receipt.kind === "acknowledged") moved.readUpTo = Math.max(before.readUpTo, receipt.upTo);
    return moved;
  });
  const isOwn = receipt.userId === chat.me.userId && receipt.kind !== "delivered";
  if (isOwn && !chat.receipts.hasTold(conversationId, receipt.upTo)) {
    ownRead(chat, conversationId, receipt.upTo);
  }
  chat.tell("messages", conversationId);
}

/// Read on another device of the same person.
function ownRead(chat, conversationId, upTo) {
  const conversation = chat.list.get(conversationId);
  if (!conversation || conversation.unreadCount === 0) return;
  if (upTo >= conversation.lastSequence) chat.list.update(conversationId, { unreadCount: 0 });
  else refresh(chat, conversationId);
}

function conversationUpdated(chat, change, event) {
  const { title, isActive, history, isSensitive } = change;
  chat.list.update(event.conversationId, { title, isActive, history, isSensitive });
}

function participantJoined(chat, participant, event) {
  const conversation = chat.list.get(event.conversationId);
  if (!conversation || participant.userId === chat.me.userId) {
    chat.history(event.conversationId)?.forget();
    refresh(chat, event.conversationId);
    return;
  }
  const others = conversation.participants.filter((one) => one.userId !== participant.userId);
  chat.list.update(event.conversationId, { participants: [...others, participant] });
}

function participantLeft(chat, departure, event) {
  participantChanged(chat, event.conversationId, departure.userId, {
    isActive: false,
    leftAt: event.occurredAt,
  });
}

/// `change`: fields, or a function that gives them for the participant as it was.
function participantChanged(chat, conversationId, userId, change) {
  const conversation = chat.list.get(conversationId);
  if (!conversation) return;
  const participants = conversation.participants.map((one) =>
    one.userId === userId ? { ...one, ...(change instanceof Function ? change(one) : change) } : one,
  );
  chat.list.update(conversationId, { participants });
}

function presenceChanged(chat, change) {
  chat.presence.take(change.data);
  if (change.incomplete) chat.presence.ask();
}

function refresh(chat, conversationId) {
  chat.list.fetch(conversationId).catch(() => chat.isStale());
}
