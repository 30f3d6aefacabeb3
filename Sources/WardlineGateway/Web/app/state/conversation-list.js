import * as api from "../api/chat-api.js";

/// The conversations that are loaded, the one with the newest activity first.
export class ConversationList {
  #byId = new Map();
  #sorted = null;
  #after = null;
  #fetching = new Map();
  hasMore = true;

  /// `onChange(conversationId)` is called after each change; without an id after one of many.
  constructor(onChange) {
    this.onChange = onChange;
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
    let total = 0;
    for (const conversation of this.#byId.values()) total += conversation.unreadCount;
    return total;
  }

  get(id) {
    return this.#byId.get(id);
  }

  /// Loads the first page, and forgets what was there before.
  async reload() {
    const page = await api.conversations();
    this.#byId.clear();
    this.#take(page);
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
    this.#changed();
  }

  /// Shows what was kept on the disk, until the server has answered.
  restore(conversations) {
    for (const conversation of conversations) {
      this.#byId.set(conversation.conversationId, conversation);
    }
    this.#changed();
  }

  put(conversation) {
    this.#byId.set(conversation.conversationId, conversation);
    this.#changed(conversation.conversationId);
  }

  /// Merges the given fields into a conversation that is loaded.
  update(id, fields) {
    const conversation = this.#byId.get(id);
    if (conversation) this.put({ ...conversation, ...fields });
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
          this.put(conversation);
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
