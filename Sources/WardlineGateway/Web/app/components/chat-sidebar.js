import { element, iconButton } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { activityOf } from "../state/conversation-list.js";
import { Search } from "../state/search.js";
import { atMidnight } from "../text/dates.js";
import { conversationRow, rowSignature } from "./conversation-row.js";
import { FoundMessages } from "./found-messages.js";
import { openNewConversation } from "./new-conversation.js";
import { WindowedRows } from "./windowed-rows.js";

/// So many conversations stand before the messages that were found, until one asks for all.
const foundAtFirst = 5;

/// The list of conversations: newest activity first, moving as messages come, with a search box for
/// conversations and messages.
export class ChatSidebar extends HTMLElement {
  #showsAll = false;
  #drawn = false;

  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    this.search = new Search(this.chat, () => this.draw());
    this.found = new FoundMessages(this.chat, () => this.search.more());
    this.#build();
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const topic of ["list", "presence", "reloaded", "connection"]) {
      this.chat.addEventListener(topic, () => this.#soon(), { signal });
    }
    this.chat.addEventListener("changed", ({ detail }) => this.search.messageChanged(detail.messageId, detail.changed), { signal });
    atMidnight(() => this.draw(), signal);
    this.draw();
  }

  disconnectedCallback() {
    this.left.abort();
    this.search.stop();
  }

  #build() {
    this.field = element("input", {
      type: "search",
      class: "search-field",
      placeholder: "Search",
      "aria-label": "Search conversations and messages",
      autocomplete: "off",
      onInput: () => this.#searchChanged(),
    });
    this.status = element("p", { class: "sidebar-note", role: "status" });
    this.count = element("p", { class: "spoken", role: "status" });
    this.headingOfFound = element("h3", { class: "found-heading", hidden: true }, "Conversations");
    this.scroller = element("div", { class: "sidebar-scroller" }, this.headingOfFound);
    this.rows = new WindowedRows(this.scroller, {
      label: "Conversations",
      keyOf: (conversation) => conversation.conversationId,
      make: (conversation) => conversationRow(conversation, this.chat, this.#isSelected(conversation)),
      signature: (conversation) => rowSignature(conversation, this.chat, this.#isSelected(conversation)),
      onNearEnd: () => !this.search.text && this.chat.list.more()?.catch(() => {}),
    });
    this.all = element("button", { type: "button", class: "link-button found-more", hidden: true, onClick: () => this.#showAll() });
    this.scroller.append(this.all, this.found.element);
    this.replaceChildren(
      element(
        "header",
        { class: "sidebar-header" },
        element("h2", {}, this.heading),
        iconButton(icon("plus"), "New conversation", () => openNewConversation(this.chat, this.onOpen)),
      ),
      element("div", { class: "search", role: "search" }, icon("search"), this.field),
      this.status,
      this.count,
      this.scroller,
    );
  }

  /// The conversation that is open beside the list.
  set selected(id) {
    if (this.selectedId === id) return;
    this.selectedId = id;
    if (this.isConnected) this.draw();
  }

  /// Puts the focus on the row of a conversation. Gives whether there is one.
  focusOn(conversationId) {
    return this.rows.focusKey(conversationId);
  }

  #isSelected(conversation) {
    return conversation.conversationId === this.selectedId;
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
    const { search } = this;
    const all = this.#matching();
    const shown = search.text && !this.#showsAll ? all.slice(0, foundAtFirst) : all;
    const hits = search.text ? search.hits : null;
    this.headingOfFound.hidden = !search.text || all.length === 0;
    this.rows.show(shown);
    this.all.hidden = shown.length === all.length;
    this.all.textContent = `Show all ${all.length} conversations`;
    this.found.show(hits, search.hasMore);
    this.status.textContent = this.#note(all.length + (hits?.length ?? 0));
    this.status.hidden = this.status.textContent === "";
    this.count.textContent = hits ? countOf(all.length, hits.length, search.hasMore) : "";
  }

  #matching() {
    const { sorted } = this.chat.list;
    if (!this.search.text) return sorted;
    return this.search.conversationsAmong(sorted).sort((one, other) => activityOf(other) - activityOf(one));
  }

  #note(count) {
    const { search } = this;
    if (search.text && search.problem) return problemOf(search.problem);
    if (search.text && !search.isAnswered) return "Searching…";
    if (count > 0) return "";
    if (search.text) return "Nothing matches.";
    if (!this.chat.isListLoaded) return "Loading conversations…";
    return "No conversations yet. Begin one with the plus sign above.";
  }

  #searchChanged() {
    this.search.set(this.field.value.trim());
    this.#showsAll = false;
    this.scroller.scrollTop = 0;
    this.draw();
  }

  #showAll() {
    this.#showsAll = true;
    this.draw();
    this.rows.moveFocus("first");
  }

  #key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const inList = this.rows.list.contains(event.target);
    if (event.key in steps) {
      this.#moveFocus(steps[event.key]);
      event.preventDefault();
    } else if (inList && (event.key === "Home" || event.key === "End")) {
      this.rows.moveFocus(event.key === "Home" ? "first" : "last");
      event.preventDefault();
    } else if (event.key === "Escape" && event.target === this.field && this.field.value) {
      this.field.value = "";
      this.#searchChanged();
    }
  }

  /// From the search field through the conversations to what stands behind them, and back.
  #moveFocus(step) {
    const behind = [...this.scroller.querySelectorAll(":scope > button, section a, section button")]
      .filter((one) => one.offsetParent);
    const place = behind.indexOf(document.activeElement);
    if (place > 0 || (place === 0 && step > 0)) return behind[place + step]?.focus();
    if (place === 0 ? this.rows.moveFocus("last") : this.rows.moveFocus(step)) return;
    if (step < 0) this.field.focus();
    else behind[0]?.focus();
  }
}

/// For screen readers: how much was found.
function countOf(conversations, messages, hasMore) {
  const some = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  return `${some(conversations, "conversation")} and ${hasMore ? "more than " : ""}${some(messages, "message")} found`;
}

function problemOf(error) {
  return error.isPassing
    ? "Only what is loaded could be searched: the server cannot be reached."
    : error.message;
}

customElements.define("chat-sidebar", ChatSidebar);
