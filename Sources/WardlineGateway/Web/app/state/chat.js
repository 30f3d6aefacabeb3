import { EventStream } from "../live/event-stream.js";
import { Database } from "../storage/database.js";
import { applyEvent } from "./apply-event.js";
import { ConversationList } from "./conversation-list.js";
import { Drafts } from "./drafts.js";
import { History } from "./history.js";
import { Outbox } from "./outbox.js";
import { Presence } from "./presence.js";
import { ReceiptSender } from "./receipt-sender.js";
import { OwnTyping, TypingOfOthers } from "./typing.js";

/// Everything that the app knows while somebody is signed in. Components read it and listen to it:
/// "list", "messages" (of the conversation in `detail`), "typing", "presence", "connection",
/// "arrival" (a message of somebody else), "changed" (a message, edited or deleted), "assignment" and
/// "attachment".
export class Chat extends EventTarget {
  #histories = new Map();
  #waiting = [];
  #isListLoaded = false;
  /// { state: "connecting" | "live" | "waiting", retryAt }
  connection = { state: "connecting" };
  hasBeenLive = false;

  constructor(me) {
    super();
    this.me = me;
    this.store = new Database(me.userId);
    this.list = new ConversationList(
      (id) => this.#listChanged(id),
      (loaded) => this.presence.takeFrom(loaded),
    );
    this.drafts = new Drafts(this.store);
    this.presence = new Presence(() => this.tell("presence"));
    this.typing = new TypingOfOthers((id) => this.tell("typing", id));
    this.ownTyping = new OwnTyping();
    this.receipts = new ReceiptSender((id, upTo, answer) => {
      this.list.update(id, { unreadCount: answer.unreadCount });
    });
    this.outbox = new Outbox(me.userId, this.store, {
      onSent: (item, message) => this.#sent(message),
      onChange: (id) => this.tell("messages", id),
    });
    this.stream = new EventStream({
      onEvent: (event) => this.#received(event),
      onState: (state, retryAt) => this.#connectionChanged(state, retryAt),
      onExpired: () => {
        // What was deleted meanwhile nobody tells any more.
        this.store.clear("messages").catch(() => {});
        this.isStale();
      },
    });
  }

  async start() {
    window.addEventListener("online", this.#hurry);
    const kept = await this.store.get("state", "list");
    if (kept && !this.#isListLoaded) this.list.restore(kept);
    this.stream.run();
    this.outbox.restore();
  }

  stop() {
    window.removeEventListener("online", this.#hurry);
    this.stream.stop();
    this.outbox.stop();
    this.receipts.stop();
  }

  #hurry = () => this.hurry();

  /// Tries at once what waits for the connection.
  hurry() {
    this.stream.hurry();
    this.outbox.flush();
  }

  /// The messages of a conversation as far as they are loaded; undefined if it was never opened.
  history(conversationId) {
    return this.#histories.get(conversationId);
  }

  /// The same, to be opened.
  openHistory(conversationId) {
    let history = this.#histories.get(conversationId);
    if (!history) {
      history = new History(conversationId, this.store, () => this.tell("messages", conversationId));
      this.#histories.set(conversationId, history);
    }
    return history;
  }

  send(conversationId, body, shown) {
    this.ownTyping.ended({ byMessage: true });
    return this.outbox.add(conversationId, body, shown);
  }

  tell(topic, detail) {
    this.dispatchEvent(new CustomEvent(topic, { detail }));
  }

  /// What is loaded may have gaps: it is loaded anew as soon as the stream is live.
  isStale() {
    this.#isListLoaded = false;
    for (const history of this.#histories.values()) history.forget();
    if (this.connection.state === "live") this.#loadList();
  }

  // The stream is opened first and the list loaded then: what happens between is in both, and what
  // comes by the stream waits until the list is there.

  #received(event) {
    if (this.#isListLoaded) applyEvent(this, event);
    else this.#waiting.push(event);
  }

  #connectionChanged(state, retryAt) {
    const wasLive = this.connection.state === "live";
    if (wasLive && state === "live") return;
    this.connection = { state, retryAt };
    if (state === "waiting") this.presence.isCurrent = false;
    if (state === "live") {
      this.hasBeenLive = true;
      this.#askPresence();
      if (!this.#isListLoaded) this.#loadList();
      this.outbox.flush();
      this.receipts.flush();
    }
    this.tell("connection");
  }

  /// Who came and went without a connection was not told.
  #askPresence() {
    const others = this.list.sorted.flatMap((one) => one.participants.map((who) => who.userId));
    this.presence.ask(others.filter((id) => id !== this.me.userId));
  }

  #loading = null;

  #loadList() {
    this.#loading ??= this.#load().finally(() => (this.#loading = null));
  }

  async #load() {
    try {
      await this.list.reload();
    } catch {
      // The stream ends with the connection, and its next beginning comes here again.
      setTimeout(() => this.connection.state === "live" && this.#loadList(), 2_000);
      return;
    }
    this.#isListLoaded = true;
    for (const event of this.#waiting.splice(0)) applyEvent(this, event);
    this.#acknowledgeDelivery();
    this.tell("reloaded");
  }

  get isListLoaded() {
    return this.#isListLoaded;
  }

  /// What came while this device was away has reached it now.
  #acknowledgeDelivery() {
    for (const conversation of this.list.sorted) {
      const own = conversation.participants.find((one) => one.userId === this.me.userId);
      if (own?.isActive && conversation.lastSequence > own.deliveredUpTo) {
        this.receipts.delivered(conversation.conversationId, conversation.lastSequence);
      }
    }
  }

  /// The answer to a send has no sender, so that it is the same for each repetition.
  #sent(message) {
    const { userId, userType, displayName } = this.me;
    const whole = { ...message, sender: { userId, userType, displayName, senderId: message.senderId } };
    const { conversationId } = message;
    if (!this.list.get(conversationId)) this.list.fetch(conversationId).catch(() => {});
    const history = this.history(conversationId);
    if (history && !history.segment.find(message.messageId)) history.add(whole);
    else this.tell("messages", conversationId);
  }

  #listTimer;

  #listChanged(id) {
    this.tell("list", id);
    this.#listTimer ??= setTimeout(() => {
      this.#listTimer = undefined;
      this.store.put("state", "list", this.list.sorted.slice(0, 100)).catch(() => {});
    }, 1_000);
  }
}
