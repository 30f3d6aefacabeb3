import * as api from "../api/chat-api.js";
import { element, iconButton, spoken } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { counterpart, previewOf, titleOf } from "../state/naming.js";
import { activityOf } from "../state/conversation-list.js";
import { atMidnight, shortTime } from "../text/dates.js";
import { roleName } from "../text/words.js";
import { avatar } from "./avatar.js";
import { openNewConversation } from "./new-conversation.js";
import { WindowedRows } from "./windowed-rows.js";

const searchPauseMilliseconds = 150;

/// The list of conversations: newest activity first, moving as messages come, with a search box.
export class ChatSidebar extends HTMLElement {
  #text = "";
  #found = null;
  #searching = null;
  #timer;
  #drawn = false;

  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    this.search = element("input", {
      type: "search",
      class: "search-field",
      placeholder: "Search conversations",
      "aria-label": "Search conversations",
      autocomplete: "off",
      onInput: () => this.#searchChanged(),
    });
    this.status = element("p", { class: "sidebar-note", role: "status" });
    this.scroller = element("div", { class: "sidebar-scroller" });
    this.rows = new WindowedRows(this.scroller, {
      label: "Conversations",
      keyOf: (conversation) => conversation.conversationId,
      make: (conversation) => this.#row(conversation),
      signature: (conversation) => this.#signature(conversation),
      onNearEnd: () => !this.#text && this.chat.list.more()?.catch(() => {}),
    });
    this.replaceChildren(
      element(
        "header",
        { class: "sidebar-header" },
        element("h2", {}, this.heading),
        iconButton(icon("plus"), "New conversation", () => openNewConversation(this.chat, this.onOpen)),
      ),
      element("div", { class: "search", role: "search" }, icon("search"), this.search),
      this.status,
      this.scroller,
    );
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const topic of ["list", "presence", "reloaded", "connection"]) {
      this.chat.addEventListener(topic, () => this.#soon(), { signal });
    }
    atMidnight(() => this.draw(), signal);
    this.draw();
  }

  disconnectedCallback() {
    this.left.abort();
    clearTimeout(this.#timer);
  }

  /// The conversation that is open beside the list.
  set selected(id) {
    if (this.selectedId === id) return;
    this.selectedId = id;
    if (this.isConnected) this.draw();
  }

  #soon() {
    if (this.#drawn) return;
    this.#drawn = true;
    queueMicrotask(() => {
      this.#drawn = false;
      if (this.isConnected) this.draw();
    });
  }

  draw() {
    const shown = this.#shown();
    this.rows.show(shown);
    this.status.textContent = this.#note(shown);
    this.status.hidden = this.status.textContent === "";
  }

  /// What matches among those that are loaded comes at once, the server's answer soon after.
  #shown() {
    const { sorted } = this.chat.list;
    if (!this.#text) return sorted;
    const words = plain(this.#text).split(/\s+/).filter(Boolean);
    const matching = sorted.filter((one) => matches(one, words, this.chat.me));
    const known = new Set(matching.map((one) => one.conversationId));
    const others = (this.#found ?? []).filter((one) => !known.has(one.conversationId));
    return [...matching, ...others].sort((one, other) => activityOf(other) - activityOf(one));
  }

  #note(shown) {
    if (shown.length > 0) return "";
    if (this.#text) return this.#found ? "No conversation matches." : "Searching…";
    if (!this.chat.isListLoaded) return "Loading conversations…";
    return "No conversations yet. Begin one with the plus sign above.";
  }

  #searchChanged() {
    this.#text = this.search.value.trim();
    this.#found = null;
    this.#searching?.abort();
    clearTimeout(this.#timer);
    if (this.#text) this.#timer = setTimeout(() => this.#ask(), searchPauseMilliseconds);
    this.scroller.scrollTop = 0;
    this.draw();
  }

  async #ask() {
    const asked = (this.#searching = new AbortController());
    try {
      const page = await api.searchConversations(this.#text, asked.signal);
      if (asked.signal.aborted) return;
      this.#found = page.data;
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#found = [];
    }
    this.draw();
  }

  #key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const inList = this.rows.list.contains(event.target);
    if (event.key in steps) {
      const moved = this.rows.moveFocus(steps[event.key]);
      if (!moved && steps[event.key] < 0) this.search.focus();
      event.preventDefault();
    } else if (inList && (event.key === "Home" || event.key === "End")) {
      this.rows.moveFocus(event.key === "Home" ? "first" : "last");
      event.preventDefault();
    } else if (event.key === "Escape" && event.target === this.search && this.search.value) {
      this.search.value = "";
      this.#searchChanged();
    }
  }

  #presence(conversation) {
    const other = counterpart(conversation, this.chat.me);
    return other ? (this.chat.presence.of(other.userId) ?? null) : undefined;
  }

  #signature(conversation) {
    const { lastMessage, unreadCount, isActive, title } = conversation;
    return JSON.stringify([
      lastMessage?.messageId, lastMessage?.version, lastMessage?.isDeleted, unreadCount, isActive,
      title, titleOf(conversation, this.chat.me), this.#presence(conversation),
      conversation.conversationId === this.selectedId, shortTime(activityOf(conversation)),
    ]);
  }

  #row(conversation) {
    const { me } = this.chat;
    const { conversationId, lastMessage, unreadCount } = conversation;
    const name = titleOf(conversation, me);
    const other = counterpart(conversation, me);
    const isSelected = conversationId === this.selectedId;
    return element(
      "a",
      {
        href: `/chat/${encodeURIComponent(conversationId)}`,
        class: unreadCount > 0 ? "conversation is-unread" : "conversation",
        "aria-current": isSelected ? "page" : null,
      },
      avatar({
        id: other?.userId ?? conversationId,
        name,
        isGroup: !other,
        presence: this.#presence(conversation),
      }),
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
          element("span", { class: "conversation-preview", dir: "auto" }, this.#preview(conversation)),
          unreadCount > 0 ? badge(unreadCount) : null,
        ),
      ),
      other && me.userType !== "patient" ? null : spoken(other ? roleName(other.userType) : "Group"),
    );
  }

  #preview({ lastMessage, type }) {
    const text = previewOf(lastMessage);
    if (!lastMessage || lastMessage.messageType === "system") return text;
    if (lastMessage.sender?.userId === this.chat.me.userId) return `You: ${text}`;
    const isShared = type === "group" || type === "broadcast";
    return isShared && lastMessage.sender ? `${lastMessage.sender.displayName}: ${text}` : text;
  }
}

/// How many messages are unread, for the eye and for screen readers.
export function badge(count) {
  return element(
    "span",
    { class: "badge" },
    element("span", { "aria-hidden": "true" }, count > 99 ? "99+" : String(count)),
    spoken(`${count} unread`),
  );
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function matches(conversation, words, me) {
  const names = conversation.participants.map((one) => one.displayName).join(" ");
  const text = plain(`${titleOf(conversation, me)} ${names} ${previewOf(conversation.lastMessage)}`);
  const starts = text.split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => starts.some((start) => start.startsWith(word)));
}

customElements.define("chat-sidebar", ChatSidebar);
