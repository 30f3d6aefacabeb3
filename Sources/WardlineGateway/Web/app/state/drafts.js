/// What was written and not sent, by conversation. Kept until it is sent or emptied.
export class Drafts {
  #texts = new Map();
  /// Edits that were begun and neither saved nor cancelled, by conversation: { message, text }.
  edits = new Map();

  constructor(store) {
    this.store = store;
  }

  async of(conversationId) {
    if (!this.#texts.has(conversationId)) {
      const kept = await this.store.get("drafts", conversationId);
      if (!this.#texts.has(conversationId)) this.#texts.set(conversationId, kept ?? "");
    }
    return this.#texts.get(conversationId);
  }

  /// What was begun in one place goes on in another.
  async move(from, to) {
    const [text, other] = [await this.of(from), await this.of(to)];
    if (!text) return;
    if (!other) this.keep(to, text);
    this.keep(from, "");
  }

  keep(conversationId, text) {
    if (this.#texts.get(conversationId) === text) return;
    this.#texts.set(conversationId, text);
    const kept = text === ""
      ? this.store.remove("drafts", conversationId)
      : this.store.put("drafts", conversationId, text);
    kept.catch(() => {});
  }
}
