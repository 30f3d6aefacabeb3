import { listOf, roleName } from "../text/words.js";

// How a conversation is shown to the person who is signed in.

/// The one person on the other side; null where several are.
export function counterpart(conversation, me) {
  if (conversation.type !== "direct" && conversation.type !== "support") return null;
  const others = conversation.participants.filter((one) => one.userId !== me.userId);
  return others.find((one) => one.isActive) ?? others[0] ?? null;
}

export function titleOf(conversation, me) {
  const other = counterpart(conversation, me);
  if (other) return other.displayName;
  if (conversation.title) return conversation.title;
  const names = activeOthers(conversation, me).map((one) => one.displayName);
  return names.length > 0 ? listOf(names) : "Conversation";
}

/// What stands under the name: the role of a person, the number of members of a group.
export function subtitleOf(conversation, me) {
  const other = counterpart(conversation, me);
  if (other) return roleName(other.userType);
  if (conversation.type === "broadcast") return "Announcements";
  const count = activeOthers(conversation, me).length + 1;
  return `${count} members`;
}

export function activeOthers(conversation, me) {
  return conversation.participants.filter((one) => one.isActive && one.userId !== me.userId);
}

/// What a list shows of a message.
export function previewOf(message) {
  if (!message) return "No messages yet";
  if (message.isDeleted) return "Message deleted";
  if (message.content) return message.content.replace(/\s+/g, " ").slice(0, 100);
  return { image: "Photo", file: "File", call: "Call" }[message.messageType] ?? "";
}

/// Why the person cannot write here; null when they can.
export function closedReason(conversation, me) {
  if (!conversation.isActive) return "This conversation is closed. You can read it, but not write.";
  const own = conversation.participants.find((one) => one.userId === me.userId);
  if (own && !own.isActive) return "You have left this conversation.";
  if (conversation.type === "broadcast" && me.userType === "patient") {
    return "Only the staff of the clinic writes here.";
  }
  return null;
}
