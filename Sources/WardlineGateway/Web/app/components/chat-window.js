import { element } from "../dom/element.js";
import { closedReason } from "../state/naming.js";
import { atMidnight } from "../text/dates.js";
import { listOf } from "../text/words.js";
import { MessageActions } from "./message-actions.js";
import "./message-input.js";
import "./message-list.js";
import { SensitiveToggle } from "./sensitive-toggle.js";
import { windowHeader } from "./window-header.js";

/// One conversation: who it is with, its messages, who is typing, and the input.
export class ChatWindow extends HTMLElement {
  #unreadFrom = null;
  #isOpening = false;
  #wanted = null;

  /// To be called once, before the element is put into the document. `isAlone`: there is no list of
  /// conversations to go back to.
  begin({ chat, conversationId, isAlone = false }) {
    Object.assign(this, { chat, conversationId, isAlone });
  }

  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    this.about = element("div", { class: "window-about" });
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
    this.#open();
  }

  disconnectedCallback() {
    this.left.abort();
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
    const own = this.conversation.participants.find((one) => one.userId === chat.me.userId);
    if (this.conversation.unreadCount > 0 && own) this.#unreadFrom = own.readUpTo + 1;
    this.history = chat.openHistory(conversationId);
    this.messages = document.createElement("message-list");
    this.messages.unreadFrom = this.#unreadFrom;
    this.messages.begin({
      chat,
      conversationId,
      history: this.history,
      onSeen: (sequence) => this.#seen(sequence),
    });
    this.typingLine = element("p", { class: "typing-line", role: "status" });
    this.toUnread = element(
      "button",
      { type: "button", class: "to-unread", hidden: true, onClick: () => this.#goToUnread() },
    );
    this.input = document.createElement("message-input");
    this.input.begin({ chat, conversationId });
    this.body.replaceChildren(this.toUnread, this.messages, this.typingLine, this.input);
    this.actions = new MessageActions(this);
    this.#acceptFiles();
    this.#changed();
  }

  async #loadMessages() {
    this.messages.draw();
    if (this.#wanted === null || !(await this.#goToWanted())) await this.#showNewest();
  }

  async #showNewest() {
    const { history, messages } = this;
    try {
      if (!(await history.open())) return;
    } catch (error) {
      if (history.segment.messages.length === 0) messages.explain(problemOf(error));
      return;
    }
    if (!this.isConnected) return;
    messages.draw();
    this.#showUnread();
  }

  /// Gives whether the message is shown.
  async #goToWanted() {
    const sequence = this.#wanted;
    this.#wanted = null;
    try {
      await this.messages.goTo(sequence);
      return true;
    } catch {
      this.input.tell("This message could not be loaded. Try again when the connection is back.");
      return false;
    }
  }

  /// Where there is more unread than fits, the person begins reading where they left off.
  #showUnread() {
    if (!this.#unreadFrom) return;
    const { segment } = this.history;
    const isLoaded = !segment.hasOlder || segment.first?.sequence <= this.#unreadFrom;
    if (isLoaded) {
      if (segment.indexFrom(this.#unreadFrom) < segment.messages.length - 1) {
        this.messages.goTo(this.#unreadFrom, { highlight: false, block: "center" });
      }
      return;
    }
    const count = this.conversation.unreadCount;
    this.toUnread.textContent = `Jump to the first of ${count} unread messages`;
    this.toUnread.hidden = false;
  }

  async #goToUnread() {
    this.toUnread.hidden = true;
    await this.messages.goTo(this.#unreadFrom, { highlight: false, block: "start" });
    this.messages.scroller.focus();
  }

  async #reload() {
    if (!this.messages) return void this.#open();
    const { segment, isReplacing } = this.history;
    if (!segment.isLoaded && !isReplacing) await this.#loadMessages();
  }

  #changed() {
    if (!this.messages) return void (this.conversation && this.#open());
    this.#drawHeader();
    this.input.show(closedReason(this.conversation, this.chat.me));
    this.messages.changed();
  }

  #drawHeader() {
    const { conversation } = this;
    if (!conversation) return;
    this.about.replaceChildren(...windowHeader(this.chat, conversation, this.isAlone));
    this.toggle?.show(conversation);
  }

  #drawTyping() {
    const { conversation, chat } = this;
    if (!conversation || !this.typingLine) return;
    const names = chat.typing
      .in(this.conversationId)
      .map((id) => conversation.participants.find((one) => one.userId === id)?.displayName)
      .filter(Boolean);
    if (names.length === 0) return this.typingLine.replaceChildren();
    const dots = element("span", { class: "typing-dots", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
    this.typingLine.replaceChildren(dots, `${listOf(names)} ${names.length === 1 ? "is" : "are"} typing…`);
  }

  #arrived(message) {
    if (message.conversationId === this.conversationId) this.messages?.arrived(message);
  }

  #seen(sequence) {
    const { conversation, chat } = this;
    const own = conversation?.participants.find((one) => one.userId === chat.me.userId);
    if (!own?.isActive || sequence <= Math.max(own.readUpTo, this.readUpTo ?? 0)) return;
    if (!chat.isListLoaded) return;
    this.readUpTo = sequence;
    chat.receipts.read(this.conversationId, sequence);
  }

  #acceptFiles() {
    const { signal } = this.left;
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    this.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.classList.add("is-drop-target");
    }, { signal });
    this.addEventListener("dragleave", (event) => {
      if (!this.contains(event.relatedTarget)) this.classList.remove("is-drop-target");
    }, { signal });
    this.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.classList.remove("is-drop-target");
      this.input.attach(event.dataTransfer.files);
    }, { signal });
  }

  #note(text) {
    this.body.replaceChildren(element("p", { class: "window-note", role: "status" }, text));
  }
}

function problemOf(error) {
  return error.isPassing
    ? "These messages are not on this device yet. They come as soon as there is a connection."
    : error.message;
}

customElements.define("chat-window", ChatWindow);
