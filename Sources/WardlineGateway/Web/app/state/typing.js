import { setTyping } from "../api/chat-api.js";

const shownMilliseconds = 7_000;
const repeatMilliseconds = 3_000;

/// Who else is typing where.
export class TypingOfOthers {
  #timers = new Map();

  constructor(onChange) {
    this.onChange = onChange;
  }

  /// The server says when it ends; the timer is for when that is lost with the connection.
  set(conversationId, userId, isTyping) {
    const key = `${conversationId} ${userId}`;
    const timer = this.#timers.get(key);
    if (timer === undefined && !isTyping) return;
    clearTimeout(timer);
    this.#timers.delete(key);
    if (isTyping) {
      const end = () => this.set(conversationId, userId, false);
      this.#timers.set(key, setTimeout(end, shownMilliseconds));
    }
    this.onChange(conversationId);
  }

  in(conversationId) {
    const prefix = `${conversationId} `;
    return [...this.#timers.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  }
}

/// Tells the others that the person types, every few seconds and not for each key.
export class OwnTyping {
  #conversationId = null;
  #toldAt = 0;

  typed(conversationId) {
    if (this.#conversationId && this.#conversationId !== conversationId) this.ended();
    if (this.#conversationId && Date.now() - this.#toldAt < repeatMilliseconds) return;
    this.#conversationId = conversationId;
    this.#toldAt = Date.now();
    setTyping(conversationId, true).catch(() => {});
  }

  /// `byMessage`: a message ends it by itself, so nobody needs to be told.
  ended({ byMessage = false } = {}) {
    if (this.#conversationId && !byMessage) setTyping(this.#conversationId, false).catch(() => {});
    this.#conversationId = null;
  }
}
