import * as api from "../api/chat-api.js";

const pauseMilliseconds = 60;
/// While one scrolls through what is unread, it is not told more often than this.
const intervalMilliseconds = 400;

/// Tells the server what has reached this device and what has been read. Of many messages that come
/// at once only the last is named; what could not be told is told when the connection is back.
export class ReceiptSender {
  #wanted = { delivered: new Map(), read: new Map() };
  #timer;
  #isStopped = false;
  #toldAt = 0;
  #toldRead = new Map();

  constructor(onRead) {
    this.onRead = onRead;
  }

  delivered(conversationId, sequence) {
    this.#note("delivered", conversationId, sequence);
  }

  /// Reading implies delivery.
  read(conversationId, sequence) {
    this.#note("read", conversationId, sequence);
  }

  /// Nothing more is told: the session may be somebody else's by now.
  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #note(kind, conversationId, sequence) {
    if (this.#isStopped) return;
    const before = this.#wanted[kind].get(conversationId) ?? 0;
    this.#wanted[kind].set(conversationId, Math.max(before, sequence));
    const pause = Math.max(pauseMilliseconds, this.#toldAt + intervalMilliseconds - Date.now());
    this.#timer ??= setTimeout(() => this.flush(), pause);
  }

  /// Whether the server has heard from this page that it was read up to there.
  hasTold(conversationId, upTo) {
    return upTo <= (this.#toldRead.get(conversationId) ?? 0);
  }

  async flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isStopped) return;
    this.#toldAt = Date.now();
    const { delivered, read } = this.#wanted;
    this.#wanted = { delivered: new Map(), read: new Map() };
    for (const [id, upTo] of read) {
      if ((delivered.get(id) ?? 0) <= upTo) delivered.delete(id);
    }
    await Promise.all([
      ...[...delivered].map(([id, upTo]) => this.#tell("delivered", id, upTo)),
      ...[...read].map(([id, upTo]) => this.#tell("read", id, upTo)),
    ]);
  }

  async #tellRead(id, upTo) {
    this.#toldRead.set(id, Math.max(upTo, this.#toldRead.get(id) ?? 0));
    this.onRead(id, upTo, await api.markRead(id, upTo));
  }

  async #tell(kind, id, upTo) {
    try {
      if (kind === "delivered") await api.markDelivered(id, upTo);
      else await this.#tellRead(id, upTo);
    } catch (error) {
      // Kept for the next flush, which comes with the connection or with the next message.
      if (!error.isPassing) return;
      const before = this.#wanted[kind].get(id) ?? 0;
      this.#wanted[kind].set(id, Math.max(before, upTo));
    }
  }
}
