import * as api from "../api/chat-api.js";
import { previewOf, titleOf } from "./naming.js";

const pauseMilliseconds = 150;

/// What is looked for in all conversations: those that match, and messages that do. Those that are
/// loaded are compared at once; the server is asked when the person pauses.
export class Search {
  text = "";
  /// { message, snippet, highlights, score } each, the best first; null until the server has answered.
  hits = null;
  /// Why the server did not answer; null when it did.
  problem = null;
  #conversations = null;
  #after = null;
  #asked = new AbortController();
  #timer;

  /// `onChange()` is called when there is more to be shown.
  constructor(chat, onChange) {
    this.chat = chat;
    this.onChange = onChange;
  }

  set(text) {
    if (text === this.text) return;
    this.stop();
    Object.assign(this, { text, hits: null, problem: null });
    this.#conversations = this.#after = null;
    if (text) this.#timer = setTimeout(() => this.#ask(), pauseMilliseconds);
  }

  /// A message was edited or deleted: its old words are shown no more.
  messageChanged(messageId, changed) {
    const place = this.hits?.findIndex((hit) => hit.message.messageId === messageId) ?? -1;
    if (place < 0) return;
    const message = changed(this.hits[place].message);
    const hit = { ...this.hits[place], message, snippet: previewOf(message), highlights: [] };
    this.hits = message.isDeleted ? this.hits.toSpliced(place, 1) : this.hits.with(place, hit);
    this.onChange();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#asked.abort();
  }

  get isAnswered() {
    return this.hits !== null || this.problem !== null;
  }

  get hasMore() {
    return this.#after !== null;
  }

  /// The conversations that match, of those that are given and of the server's.
  conversationsAmong(loaded) {
    const words = plain(this.text).split(/\s+/).filter(Boolean);
    const matching = loaded.filter((one) => matches(one, words, this.chat.me));
    const known = new Set(matching.map((one) => one.conversationId));
    return [...matching, ...(this.#conversations ?? []).filter((one) => !known.has(one.conversationId))];
  }

  /// Loads the next page of messages.
  async more() {
    await this.#answer(async (signal) => {
      const page = await api.searchMessages(this.text, this.#after, signal);
      await this.#nameConversations(page.data);
      return () => this.#take(page);
    });
  }

  async #ask() {
    await this.#answer(async (signal) => {
      const [conversations, messages] = await Promise.all([
        api.searchConversations(this.text, signal),
        api.searchMessages(this.text, null, signal),
      ]);
      await this.#nameConversations(messages.data);
      return () => {
        this.#conversations = conversations.data;
        this.#take(messages);
      };
    });
  }

  #take(page) {
    this.hits = [...(this.hits ?? []), ...page.data];
    this.#after = page.hasMore ? page.after : null;
  }

  /// Does `task` and what it gives, unless something else is looked for by then.
  async #answer(task) {
    const { signal } = (this.#asked = new AbortController());
    try {
      const take = await task(signal);
      if (signal.aborted) return;
      this.problem = null;
      take();
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error;
    }
    this.onChange();
  }

  /// A message is shown with the name of its conversation, which may not be loaded yet.
  async #nameConversations(hits) {
    const ids = new Set(hits.map((hit) => hit.message.conversationId));
    const unknown = [...ids].filter((id) => !this.chat.list.get(id));
    await Promise.all(unknown.map((id) => this.chat.list.fetch(id).catch(() => null)));
  }
}

/// As one looks for it: without accents, in small letters.
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function matches(conversation, words, me) {
  const names = conversation.participants.map((one) => one.displayName).join(" ");
  const said = conversation.isSensitive ? "" : previewOf(conversation.lastMessage);
  const text = plain(`${titleOf(conversation, me)} ${names} ${said}`);
  const starts = text.split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => starts.some((start) => start.startsWith(word)));
}
