import { element, spoken } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { activityOf } from "../state/conversation-list.js";
import { counterpart, previewOf, titleOf } from "../state/naming.js";
import { shortTime } from "../text/dates.js";
import { roleName } from "../text/words.js";
import { avatar } from "./avatar.js";
import { badge } from "./unread-badge.js";

// A conversation in the list: who, when, the beginning of the newest message, and what is unread.

export function conversationRow(conversation, chat, isSelected) {
  const { me } = chat;
  const { conversationId, unreadCount } = conversation;
  const name = titleOf(conversation, me);
  const other = counterpart(conversation, me);
  return element(
    "a",
    {
      href: `/chat/${encodeURIComponent(conversationId)}`,
      class: unreadCount > 0 ? "conversation is-unread" : "conversation",
      "aria-current": isSelected ? "page" : null,
    },
    avatar({ id: other?.userId ?? conversationId, name, isGroup: !other, presence: presenceIn(conversation, chat) }),
    element(
      "span",
      { class: "conversation-text" },
      element(
        "span",
        { class: "conversation-line" },
        element("bdi", { class: "conversation-name" }, name),
        element("time", { class: "conversation-time" }, shortTime(activityOf(conversation))),
      ),
      element(
        "span",
        { class: "conversation-line" },
        conversation.isSensitive ? icon("lock") : null,
        element("span", { class: "conversation-preview", dir: "auto" }, preview(conversation, me)),
        unreadCount > 0 ? badge(unreadCount) : null,
      ),
    ),
    other && me.userType !== "patient" ? null : spoken(other ? roleName(other.userType) : "Group"),
  );
}

/// Changes when the row does.
export function rowSignature(conversation, chat, isSelected) {
  const { lastMessage, unreadCount, isActive, isSensitive, title } = conversation;
  return JSON.stringify([
    lastMessage?.messageId, lastMessage?.version, lastMessage?.isDeleted, unreadCount, isActive,
    isSensitive, title, titleOf(conversation, chat.me), presenceIn(conversation, chat), isSelected,
    shortTime(activityOf(conversation)),
  ]);
}

function presenceIn(conversation, chat) {
  const other = counterpart(conversation, chat.me);
  return other ? (chat.presence.of(other.userId) ?? null) : undefined;
}

function preview({ lastMessage, type, isSensitive }, me) {
  if (lastMessage && isSensitive) return "Sensitive: open it to read";
  const text = previewOf(lastMessage);
  if (!lastMessage || lastMessage.messageType === "system") return text;
  if (lastMessage.sender?.userId === me.userId) return `You: ${text}`;
  const isShared = type === "group" || type === "broadcast";
  return isShared && lastMessage.sender ? `${lastMessage.sender.displayName}: ${text}` : text;
}
