import * as api from "../api/chat-api.js";
import { newKey } from "../api/idempotency-key.js";
import { Backoff } from "../live/backoff.js";

/// Where a patient writes to their dietitian before there is a conversation: the first message makes it.
export const firstPlace = "dietitian-support";

/// Messages on their way. Each has a key under which the server takes it once, however often it is
/// sent, so an answer that was lost costs nothing. They are kept on the disk until they have arrived.
///
/// An item: { key, conversationId, body, createdAt, state, problem, note }, the state being "sending",
/// "waiting" (for the connection) or "failed" (the server refused it; only the person may go on).
export class Outbox {
  #items = [];
  #busy = new Set();
  #backoff = new Backoff();
  #stopped = new AbortController();

  /// `onSent(item, message)`, `onChange(conversationId)`.
  constructor(userId, store, { onSent, onChange }) {
    this.userId = userId;
    this.store = store;
    this.onSent = onSent;
    this.onChange = onChange;
  }

  /// Takes up what was left by an earlier page, in the order of writing.
  async restore() {
    const kept = await this.store.all("outbox");
    this.#items = kept.sort((one, other) => one.createdAt - other.createdAt);
    for (const item of this.#items) this.onChange(item.conversationId);
    this.flush();
  }

  /// Nothing more is sent: who signs in next must not send what somebody else wrote.
  stop() {
    this.#stopped.abort();
  }

  get size() {
    return this.#items.length;
  }

  of(conversationId) {
    return this.#items.filter((item) => item.conversationId === conversationId);
  }

  /// `body` is that of POST /messages without the place; `shown` is what its bubble shows meanwhile.
  add(conversationId, body, shown = {}) {
    const item = {
      key: newKey(),
      conversationId,
      body,
      shown,
      createdAt: Date.now(),
      state: "sending",
    };
    this.#items.push(item);
    this.#keep(item);
    this.onChange(conversationId);
    this.#sendFrom(conversationId);
    return item;
  }

  retry(key) {
    const item = this.#items.find((one) => one.key === key);
    if (!item) return;
    this.#set(item, "sending");
    this.#sendFrom(item.conversationId);
  }

  discard(key) {
    const item = this.#items.find((one) => one.key === key);
    if (item) this.#drop(item);
  }

  /// An own message came by the stream, maybe before the answer to its request.
  arrived(message) {
    const item = this.#items.find(
      (one) => one.conversationId === message.conversationId
        && one.state !== "failed"
        && (one.body.Content ?? "") === message.content
        && (one.body.Attachment_id ?? null) === message.attachmentId
        && this.#busy.has(message.conversationId),
    );
    if (item && !item.hasArrived) {
      item.hasArrived = true;
      this.onChange(item.conversationId);
    }
  }

  /// The connection is back.
  flush() {
    this.#backoff.hurry();
    for (const id of new Set(this.#items.map((item) => item.conversationId))) this.#sendFrom(id);
  }

  /// Sends what waits in one conversation, one after the other, so that the order stays.
  async #sendFrom(conversationId) {
    if (this.#busy.has(conversationId)) return;
    this.#busy.add(conversationId);
    try {
      for (;;) {
        const item = this.of(conversationId).find((one) => one.state !== "failed");
        if (!item || this.#stopped.signal.aborted) return;
        await this.#send(item);
      }
    } finally {
      this.#busy.delete(conversationId);
    }
  }

  async #send(item) {
    try {
      const message = await this.#post(item);
      this.#backoff.reset();
      this.#drop(item, { silently: true });
      if (item.conversationId === firstPlace) this.settleFirst(message.conversationId);
      this.onSent(item, message);
    } catch (error) {
      if (error.isPassing) {
        this.#set(item, "waiting");
        await this.#backoff.wait(
          error.retryAfterSeconds ? error.retryAfterSeconds * 1000 : this.#backoff.next(),
          this.#stopped.signal,
        );
      } else if (error.endsSession) {
        this.#set(item, "waiting");
        this.stop();
      } else {
        this.#set(item, "failed", error.message);
      }
    }
  }

  #post(item) {
    item.wasTried = true;
    if (item.conversationId === firstPlace) return api.sendToDietitian(this.userId, item.body, item.key);
    return api.sendMessage({ Conversation_id: item.conversationId, ...item.body }, item.key);
  }

  /// There is a conversation by now: what waits goes there. What may have arrived already, its answer
  /// being lost, has to be asked for in the same words again.
  settleFirst(conversationId) {
    for (const item of this.of(firstPlace).filter((one) => one.state === "failed" || !one.wasTried)) {
      this.store.remove("outbox", item.key).catch(() => {});
      Object.assign(item, { conversationId, key: newKey() });
      this.#keep(item);
    }
    this.onChange(conversationId);
    this.#sendFrom(conversationId);
  }

  #set(item, state, problem = null) {
    item.state = state;
    item.problem = problem;
    this.#keep(item);
    this.onChange(item.conversationId);
  }

  #keep(item) {
    this.store.put("outbox", item.key, item).catch(() => {});
  }

  #drop(item, { silently = false } = {}) {
    this.#items = this.#items.filter((one) => one !== item);
    this.store.remove("outbox", item.key).catch(() => {});
    if (!silently) this.onChange(item.conversationId);
  }
}
