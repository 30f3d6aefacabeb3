import { element } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { activeOthers, counterpart, subtitleOf, titleOf } from "../state/naming.js";
import { presenceWord } from "../state/presence.js";
import { lastSeen } from "../text/dates.js";
import { listOf } from "../text/words.js";
import { avatar } from "./avatar.js";

/// Who a conversation is with and whether they are there: what stands in the header of its window.
export function windowHeader(chat, conversation, isAlone) {
  const other = counterpart(conversation, chat.me);
  const presence = other ? (chat.presence.of(other.userId) ?? null) : undefined;
  const name = titleOf(conversation, chat.me);
  return [
    isAlone ? null : backToList(),
    avatar({ id: other?.userId ?? conversation.conversationId, name, isGroup: !other, presence }),
    element(
      "div",
      { class: "window-title" },
      element("h2", {}, element("bdi", {}, name)),
      element("p", { title: membersOf(conversation, chat.me) }, line(conversation, chat.me, presence)),
    ),
  ].filter(Boolean);
}

/// Where there is no room for the list beside it.
export function backToList() {
  return element("a", { href: "/chat", class: "icon-button back", "aria-label": "Back to the list" }, icon("back"));
}

function line(conversation, me, presence) {
  const parts = [subtitleOf(conversation, me)];
  if (presence) {
    const { state, word } = presenceWord(presence);
    if (state === "offline" && presence.lastSeenAt) parts.push(lastSeen(presence.lastSeenAt));
    else parts.push(word);
    if (presence.statusText) parts.push(presence.statusText);
  }
  return parts.filter(Boolean).join(" · ");
}

function membersOf(conversation, me) {
  const names = activeOthers(conversation, me).map((one) => one.displayName);
  return conversation.type === "group" && names.length > 0 ? listOf([...names, "you"]) : null;
}
