import { element } from "../dom/element.js";
import { closedReason } from "../state/naming.js";
import { ReadProgress } from "../state/read-progress.js";
import { atMidnight } from "../text/dates.js";
import { acceptFiles } from "./drop-target.js";
import { isLookedAt } from "./in-view.js";
import { MessageActions } from "./message-actions.js";
import "./message-input.js";
import "./message-list.js";
import { SensitiveToggle } from "./sensitive-toggle.js";
import { showTyping } from "./typing-line.js";
import { UnreadBar } from "./unread-bar.js";
import { backToList, windowHeader } from "./window-header.js";

/// One conversation: who it is with, its messages, who is typing, and the input.
export class ChatWindow extends HTMLElement {
  #isOpening = false;
  #wanted = null;

  /// To be called once, before the element is put into the document. `isAlone`: there is no list of
  /// conversations to go back to. `takesFocus`: the person was about to write.
  begin({ chat, conversationId, isAlone = false, takesFocus = false }) {
    Object.assign(this, { chat, conversationId, isAlone, takesFocus });
  }

  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    this.chat.list.hold(this.conversationId);
    // One gets back before the conversation is known, and where there is none.
    this.about = element("div", { class: "window-about" }, this.isAlone ? null : backToList());
    this.header = element("header", { class: "window-header" }, this.about);
    if (this.chat.me.userType !== "patient") {
      this.toggle = new SensitiveToggle(this.conversationId, (problem) => this.input?.tell(problem));
      this.header.append(this.toggle.button);
    }
    this.body = element("div", { class: "window-body" });
    this.replaceChildren(this.header, this.body);
    const listen = (topic, listener) =>
      this.chat.addEventListener(topic, (event) => listener(event.detail), { signal });
    listen("list", (id) => (id === undefined || id === this.conversationId) && this.#changed());
    listen("messages", (id) => id === this.conversationId && this.messages?.changed());
    listen("typing", (id) => id === this.conversationId && this.#drawTyping());
    listen("presence", () => this.#drawHeader());
    listen("reloaded", () => this.#reload());
    listen("arrival", (message) => this.#arrived(message));
    atMidnight(() => this.messages?.changed(), signal);
    // When somebody was last seen changes by itself.
    const everyMinute = setInterval(() => this.#drawHeader(), 60_000);
    signal.addEventListener("abort", () => clearInterval(everyMinute));
    document.addEventListener("visibilitychange", () => this.#returned(), { signal });
    this.addEventListener("sent", () => this.#answered(), { signal });
    this.#open();
  }

  disconnectedCallback() {
    this.left.abort();
    this.chat.list.release(this.conversationId);
    this.chat.ownTyping.ended();
  }

  /// Goes to the message of that sequence, at once or as soon as there are messages.
  showMessage(sequence) {
    this.#wanted = sequence;
    if (this.messages) this.#loadMessages();
  }

  get conversation() {
    return this.chat.list.get(this.conversationId);
  }

  get #own() {
    return this.conversation?.participants.find((one) => one.userId === this.chat.me.userId);
  }

  async #open() {
    if (this.#isOpening || this.messages) return;
    this.#isOpening = true;
    const isFound = this.conversation || (await this.#find());
    this.#isOpening = false;
    if (!isFound || !this.isConnected) return;
    this.#build();
    await this.#loadMessages();
  }

  /// Asks the server for a conversation that is not in the list, or not yet.
  async #find() {
    this.#note("Loading the conversation…");
    try {
      if (await this.chat.list.fetch(this.conversationId)) return true;
      this.#note("There is no such conversation, or you do not take part in it.");
    } catch {
      if (this.conversation) return true;
      this.#note("This conversation cannot be loaded without a connection.");
    }
    return false;
  }

  #build() {
    const { chat, conversationId } = this;
    this.progress = new ReadProgress(chat.me, this.#own?.readUpTo ?? 0);
    this.history = chat.openHistory(conversationId);
    this.messages = document.createElement("message-list");
    this.messages.begin({
      chat,
      conversationId,
      history: this.history,
      onView: (sequences) => this.#viewed(sequences),
    });
    this.typingLine = element("p", { class: "typing-line", role: "status" });
    this.unreadBar = new UnreadBar({
      onJump: () => this.#goToUnread(),
      onMarkRead: () => this.#markAllRead(),
    });
    this.input = document.createElement("message-input");
    this.input.begin({ chat, conversationId });
    this.body.replaceChildren(this.unreadBar.element, this.messages, this.typingLine, this.input);
    this.actions = new MessageActions(this);
    acceptFiles(this, (files) => this.input.attach(files), this.left.signal);
    this.#changed();
    if (this.takesFocus) this.input.focus();
  }

  async #loadMessages() {
    this.messages.draw();
    if (this.#wanted === null || !(await this.#goToWanted())) await this.#showNewest();
  }

  async #showNewest() {
    const { history, messages } = this;
    let isPlaced = false;
    try {
      isPlaced = !(await history.open());
      // Another place was asked for meanwhile: reading begins there.
      if (isPlaced) await history.settled;
    } catch (error) {
      if (history.segment.messages.length === 0) messages.explain(problemOf(error));
      return;
    }
    if (!this.isConnected) return;
    messages.draw();
    await this.#beginReading({ isPlaced });
  }

  /// Gives whether the message is shown.
  async #goToWanted() {
    const sequence = this.#wanted;
    this.#wanted = null;
    try {
      await this.messages.goTo(sequence);
      await this.#beginReading({ isPlaced: true });
      return this.history.segment.isLoaded;
    } catch {
      this.input.tell(cannotBeLoaded);
      return false;
    }
  }

  /// The list and the messages are there: from here on what is in view counts as seen. Where there is
  /// more unread than fits, the person begins where they left off, unless the view is placed already.
  async #beginReading({ isPlaced = false } = {}) {
    const { chat, messages } = this;
    if (messages.isReading || !chat.isListLoaded || !this.history.segment.isLoaded) return;
    this.progress.reached(this.#own?.readUpTo ?? 0);
    if (this.conversation.unreadCount > 0) messages.unreadFrom = this.progress.upTo + 1;
    messages.draw();
    if (!isPlaced) await this.#goToUnreadAbove();
    messages.isReading = true;
    messages.changed();
  }

  async #goToUnreadAbove() {
    const first = this.progress.firstUnread(this.history.segment);
    if (!first?.isLoaded || !this.messages.isAbove(first.sequence)) return;
    await this.messages.goTo(first.sequence, { highlight: false, block: "center" });
  }

  /// The page is looked at again. What came meanwhile has moved the view to its end.
  async #returned() {
    const { messages } = this;
    if (document.visibilityState !== "visible" || !messages?.isReading || !messages.keeper.isAtEnd) return;
    messages.isReading = false;
    await this.#goToUnreadAbove();
    messages.isReading = true;
    messages.changed();
  }

  /// `sequences`: the messages that the person sees now.
  #viewed(sequences) {
    const { chat, progress } = this;
    if (sequences.length > 0 && this.#own?.isActive && chat.isListLoaded) {
      if (progress.see(sequences, this.history.segment)) chat.receipts.read(this.conversationId, progress.upTo);
    }
    this.#drawUnread();
  }

  #drawUnread() {
    const { messages } = this;
    const first = messages.isReading ? this.progress.firstUnread(this.history.segment) : null;
    const isAbove = first && (!first.isLoaded || messages.isAbove(first.sequence));
    this.unreadBar.show(isAbove ? this.conversation.unreadCount : 0);
  }

  async #goToUnread() {
    const { messages, progress } = this;
    const first = progress.firstUnread(this.history.segment) ?? { sequence: progress.upTo + 1 };
    try {
      await messages.goTo(first.sequence, { highlight: false, block: "start" });
      messages.scroller.focus();
    } catch {
      this.input.tell(cannotBeLoaded);
    }
  }

  #markAllRead() {
    const { lastSequence, unreadCount } = this.conversation;
    this.progress.reached(lastSequence);
    this.messages.unreadFrom = null;
    if (unreadCount > 0 && this.#own?.isActive) this.chat.receipts.read(this.conversationId, lastSequence);
    this.messages.changed();
  }

  /// Who answers has read what was said, and sees what they have written.
  async #answered() {
    this.#markAllRead();
    const { history, messages } = this;
    await messages.goToLatest().catch(() => history.segment.hasNewer && this.input.tell(cannotBeShown));
  }

  async #reload() {
    if (!this.messages) return void this.#open();
    const { segment, isReplacing } = this.history;
    if (segment.isLoaded) return void this.#beginReading();
    this.messages.isReading = false;
    if (!isReplacing) await this.#loadMessages();
  }

  #changed() {
    if (!this.messages) return void (this.conversation && this.#open());
    this.#drawHeader();
    // Maybe on another device.
    this.progress.reached(this.#own?.readUpTo ?? 0);
    this.input.show(closedReason(this.conversation, this.chat.me));
    this.messages.changed();
  }

  #drawHeader() {
    const { conversation } = this;
    if (!conversation) return;
    const drawn = element("div", { class: "window-about" }, windowHeader(this.chat, conversation, this.isAlone));
    // The same again would take the focus from the way back.
    if (!drawn.isEqualNode(this.about)) this.about.replaceChildren(...drawn.childNodes);
    this.toggle?.show(conversation);
  }

  #drawTyping() {
    const { conversation, chat } = this;
    if (!conversation || !this.typingLine) return;
    const names = chat.typing
      .in(this.conversationId)
      .map((id) => conversation.participants.find((one) => one.userId === id)?.displayName)
      .filter(Boolean);
    showTyping(this.typingLine, names);
  }

  #arrived(message) {
    const { messages } = this;
    if (message.conversationId !== this.conversationId || !messages) return;
    const isUnseen = !isLookedAt() || !messages.keeper.isAtEnd;
    const isFirst = this.progress.firstUnread(this.history.segment)?.sequence === message.sequence;
    if (isUnseen && isFirst) messages.unreadFrom = message.sequence;
    messages.arrived(message);
  }

  #note(text) {
    this.body.replaceChildren(element("p", { class: "window-note", role: "status" }, text));
  }
}

const cannotBeLoaded = "This message could not be loaded. Try again when the connection is back.";
const cannotBeShown = "The newest messages cannot be shown without a connection. Yours is sent when it is back.";

function problemOf(error) {
  return error.isPassing
    ? "These messages are not on this device yet. They come as soon as there is a connection."
    : error.message;
}

customElements.define("chat-window", ChatWindow);
