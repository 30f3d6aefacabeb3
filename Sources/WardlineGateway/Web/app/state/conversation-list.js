import * as api from "../api/chat-api.js";

/// The conversations that are loaded, the one with the newest activity first.
export class ConversationList {
  #byId = new Map();
  #sorted = null;
  #after = null;
  #fetching = new Map();
  #held = new Set();
  /// How many messages are unread in all conversations, loaded or not; null until the server has said.
  #unreadTotal = null;
  hasMore = true;

  /// `onChange(conversationId)` is called after each change; without an id after one of many.
  /// `onLoaded(conversations)` is told what has come from the server.
  constructor(onChange, onLoaded) {
    this.onChange = onChange;
    this.onLoaded = onLoaded;
  }

  /// All that are loaded, in order.
  get sorted() {
    this.#sorted ??= [...this.#byId.values()].sort(
      (one, other) => activityOf(other) - activityOf(one)
        || (other.conversationId > one.conversationId ? 1 : -1),
    );
    return this.#sorted;
  }

  get unreadTotal() {
    // Of those that are not loaded only the server knows.
    if (this.hasMore && this.#unreadTotal !== null) return this.#unreadTotal;
    let total = 0;
    for (const conversation of this.#byId.values()) total += conversation.unreadCount;
    return total;
  }

  get(id) {
    return this.#byId.get(id);
  }

  /// The conversation is open: it stays in the list wherever in it the server has it.
  hold(id) {
    this.#held.add(id);
  }

  release(id) {
    this.#held.delete(id);
  }

  /// Loads the first page, and forgets what was there before.
  async reload() {
    const page = await api.conversations();
    const held = [...this.#held].map((id) => this.#byId.get(id)).filter(Boolean);
    this.#byId.clear();
    for (const one of held) this.#byId.set(one.conversationId, one);
    this.#take(page);
    const isInPage = new Set(page.data.map((one) => one.conversationId));
    await Promise.all(held.filter((one) => !isInPage.has(one.conversationId)).map((one) => this.#renew(one)));
  }

  /// Takes in the newest state of a conversation that is behind what is loaded, if it is still there.
  async #renew({ conversationId }) {
    if ((await this.fetch(conversationId)) === null) this.remove(conversationId);
  }

  /// Loads the next page, if there is one.
  more() {
    if (!this.hasMore || this.#after === null) return null;
    this.#loadingMore ??= api
      .conversations(this.#after)
      .then((page) => this.#take(page))
      .finally(() => (this.#loadingMore = null));
    return this.#loadingMore;
  }

  #loadingMore = null;

  #take(page) {
    for (const conversation of page.data) {
      this.#byId.set(conversation.conversationId, conversation);
    }
    this.#after = page.after;
    this.hasMore = page.hasMore && page.after !== null;
    this.#unreadTotal = page.unreadTotal ?? null;
    this.onLoaded(page.data);
    this.#changed();
  }

  /// Shows what was kept on the disk, until the server has answered.
  restore(conversations) {
    for (const conversation of conversations) {
      this.#byId.set(conversation.conversationId, conversation);
    }
    this.#changed();
  }

  /// Takes in what the server has answered about one conversation.
  take(conversation) {
    this.onLoaded([conversation]);
    this.#put(conversation);
  }

  #put(conversation) {
    const before = this.#byId.get(conversation.conversationId);
    if (before?.unreadCount !== conversation.unreadCount) this.#countAnew();
    this.#byId.set(conversation.conversationId, conversation);
    this.#changed(conversation.conversationId);
  }

  #counting;

  /// Whatever was counted before, in whichever order answers and events have come.
  #countAnew() {
    if (!this.hasMore) return;
    this.#counting ??= setTimeout(async () => {
      this.#counting = undefined;
      // Without an answer it stays as it is until the list is loaded again.
      const page = await api.conversations(null, 1).catch(() => null);
      if (!page) return;
      this.#unreadTotal = page.unreadTotal ?? null;
      this.#changed();
    }, 300);
  }

  /// Merges the given fields into a conversation that is loaded.
  update(id, fields) {
    const conversation = this.#byId.get(id);
    if (conversation) this.#put({ ...conversation, ...fields });
  }

  remove(id) {
    this.#byId.delete(id);
    this.#changed(id);
  }

  /// Asks the server for one conversation and takes it in; null when there is none to be seen.
  fetch(id) {
    if (!this.#fetching.has(id)) {
      const task = api
        .conversation(id)
        .then((conversation) => {
          this.take(conversation);
          return conversation;
        })
        .catch((error) => {
          if (error.status !== 404) throw error;
          return null;
        })
        .finally(() => this.#fetching.delete(id));
      this.#fetching.set(id, task);
    }
    return this.#fetching.get(id);
  }

  #changed(id) {
    this.#sorted = null;
    this.onChange(id);
  }
}

export function activityOf(conversation) {
  return conversation.lastMessage?.createdAt ?? conversation.createdAt;
}
