import { dayHeading, dayNumber } from "../text/dates.js";
import { closedReason } from "../state/naming.js";
import { statusOf } from "../state/message-status.js";

const groupMilliseconds = 5 * 60 * 1000;

/// The rows of a conversation: headings of days, the mark before what is unread, messages, and those
/// on their way. Each row: { key, kind: "day" | "unread" | "message", … }.
export function rowsOf({ conversation, messages, items, me, unreadFrom, isWhole }) {
  const rows = [];
  const common = {
    me,
    isShared: conversation.type === "group" || conversation.type === "broadcast",
    mayWrite: closedReason(conversation, me) === null,
    nameOf: (id) => conversation.participants.find((one) => one.userId === id)?.displayName ?? "Former user",
  };
  let previous = null;
  let hasUnread = false;
  const add = (view, key) => {
    const { message } = view;
    const day = dayNumber(message.createdAt);
    const startsDay = !previous || dayNumber(previous.createdAt) !== day;
    if (startsDay) rows.push({ kind: "day", key: `day ${day}`, text: dayHeading(message.createdAt) });
    const isUnread = unreadFrom && message.sequence >= unreadFrom && !view.isOwn;
    const startsUnread = isUnread && !hasUnread && (previous || isWhole);
    if (startsUnread) rows.push({ kind: "unread", key: "unread" });
    hasUnread ||= isUnread;
    const startsGroup = startsDay || startsUnread || !continues(previous, message);
    rows.push({
      kind: "message",
      key,
      sequence: message.sequence,
      view: { ...common, ...view, startsGroup, showsAuthor: common.isShared && !view.isOwn && startsGroup },
    });
    previous = message;
  };
  for (const message of messages) {
    const isOwn = message.sender?.userId === me.userId;
    const hasStatus = isOwn && !message.isDeleted && message.messageType !== "system";
    add({ message, isOwn, status: hasStatus ? statusOf(message, conversation, me) : null }, message.messageId);
  }
  let isHeldUp = false;
  for (const item of items) {
    if (item.hasArrived) continue;
    // What stands behind one that waits for the connection waits too.
    isHeldUp ||= item.state === "waiting";
    const kind = isHeldUp && item.state === "sending" ? "waiting" : item.state;
    add({ message: messageOf(item, me), isOwn: true, status: { kind }, item: { ...item } }, item.key);
  }
  // The newest own message says in words how far it has come.
  const latest = rows.findLast((row) => row.view?.isOwn);
  if (latest?.view.status) latest.view.isLatestOwn = true;
  return rows;
}

function continues(previous, message) {
  return previous
    && previous.messageType !== "system"
    && previous.sender?.userId === message.sender?.userId
    && message.createdAt - previous.createdAt < groupMilliseconds;
}

/// What is on its way, in the shape of a message.
function messageOf(item, me) {
  item.asMessage ??= {
    messageId: null,
    messageType: item.body.Message_Type ?? "text",
    content: item.body.Content ?? "",
    attachmentId: item.body.Attachment_id ?? null,
    attachmentUrl: item.shown.attachmentUrl ?? null,
    createdAt: item.createdAt,
    updatedAt: item.createdAt,
    version: 1,
    isDeleted: false,
    reactions: [],
    replyTo: item.shown.replyTo ?? null,
    sender: { userId: me.userId, displayName: me.displayName },
  };
  return item.asMessage;
}
