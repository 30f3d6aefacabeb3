import * as api from "../api/chat-api.js";
import { Segment } from "./segment.js";

/// The messages of one conversation: what is loaded of them, and loading more.
export class History {
  segment = new Segment();
  #loading = new Map();

  /// `store` keeps the newest messages for reading offline; `onChange` is called after each change.
  constructor(conversationId, store, onChange) {
    this.conversationId = conversationId;
    this.store = store;
    this.onChange = onChange;
  }

  /// Loads the newest page, once; shows what is kept on the disk until it is there.
  async open() {
    if (this.segment.isLoaded) return;
    const loading = this.newest();
    // Whether it fails is asked below; until then nobody listens.
    loading.catch(() => {});
    const kept = await this.store.get("messages", this.conversationId);
    if (kept && !this.segment.isLoaded && this.segment.messages.length === 0) {
      this.segment.messages = kept;
      this.onChange();
    }
    await loading;
  }

  newest() {
    return this.#once("newest", async () => {
      const page = await api.messages(this.conversationId);
      this.segment.replace(page.data, { hasOlder: page.hasMore, hasNewer: false });
      this.keep();
    });
  }

  older() {
    const { segment } = this;
    if (!segment.isLoaded || !segment.hasOlder || !segment.first) return null;
    return this.#once("older", async () => {
      const before = segment.first.sequence;
      const page = await api.messages(this.conversationId, { before });
      if (segment.first?.sequence === before) segment.prepend(page.data, page.hasMore);
    });
  }

  newer() {
    const { segment } = this;
    if (!segment.isLoaded || !segment.hasNewer || !segment.last) return null;
    return this.#once("newer", async () => {
      const after = segment.last.sequence;
      const page = await api.messages(this.conversationId, { after });
      if (segment.last?.sequence === after) segment.append(page.data, page.hasMore);
    });
  }

  /// Loads what lies around a message, unless it is loaded.
  around(sequence) {
    const { segment } = this;
    if (segment.first?.sequence <= sequence && sequence <= segment.last.sequence) return null;
    return this.#once("around", async () => {
      const [older, newer] = await Promise.all([
        api.messages(this.conversationId, { before: sequence }, 30),
        api.messages(this.conversationId, { after: sequence - 1 }, 50),
      ]);
      segment.replace([...older.data, ...newer.data], {
        hasOlder: older.hasMore,
        hasNewer: newer.hasMore,
      });
    });
  }

  add(message) {
    this.segment.add(message);
    this.keep();
    this.onChange();
  }

  change(messageId, changed) {
    if (this.segment.change(messageId, changed)) {
      this.keep();
      this.onChange();
    }
  }

  remove(messageId) {
    this.segment.remove(messageId);
    this.keep();
    this.onChange();
  }

  /// What was loaded counts no more: the cursor has expired, or the person has joined again.
  forget() {
    this.segment.isLoaded = false;
  }

  #keepTimer;

  /// Writes the newest messages to the disk, soon and not for each of many changes.
  keep() {
    if (this.segment.hasNewer || this.#keepTimer) return;
    this.#keepTimer = setTimeout(() => {
      this.#keepTimer = undefined;
      const newest = this.segment.messages.slice(-100);
      if (!this.segment.hasNewer) this.store.put("messages", this.conversationId, newest).catch(() => {});
    }, 500);
  }

  /// Runs `load` unless the same is under way, and tells of the change.
  #once(name, load) {
    const running = this.#loading.get(name);
    if (running) return running;
    const task = load()
      .then(() => this.onChange())
      .finally(() => this.#loading.delete(name));
    this.#loading.set(name, task);
    return task;
  }
}
