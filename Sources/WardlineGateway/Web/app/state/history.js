import * as api from "../api/chat-api.js";
import { Segment } from "./segment.js";

/// The messages of one conversation: what is loaded of them, and loading more.
export class History {
  segment = new Segment();
  #loading = new Map();
  /// The load that was asked for last of those that replace the segment: { name, task }.
  #replacing = null;
  /// What events have changed while something was loading: the answer may be older than they are.
  #meanwhile = [];

  /// `store` keeps the newest messages for reading offline; `onChange` is called after each change.
  constructor(conversationId, store, onChange) {
    this.conversationId = conversationId;
    this.store = store;
    this.onChange = onChange;
  }

  /// Loads the newest page, once; shows what is kept on the disk until it is there. Gives whether it is
  /// the newest page that is to be shown: another place may have been asked for meanwhile.
  async open() {
    if (this.segment.isLoaded && !this.segment.hasNewer) return true;
    const loading = this.newest();
    // Whether it fails is asked below; until then nobody listens.
    loading.catch(() => {});
    const kept = await this.store.get("messages", this.conversationId);
    if (kept && !this.segment.isLoaded && this.segment.messages.length === 0) {
      this.segment.messages = kept;
      this.onChange();
    }
    return loading;
  }

  /// Gives whether the newest page is loaded; not if something else was asked for meanwhile.
  async newest() {
    const { segment } = this;
    if (segment.isLoaded && !segment.hasNewer) return this.#stay();
    return this.#replace("newest", async () => {
      const page = await api.messages(this.conversationId);
      return [page.data, { hasOlder: page.hasMore, hasNewer: false }];
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

  /// Loads what lies around a message, unless it is loaded. Gives what `newest` does.
  async around(sequence) {
    const { segment } = this;
    const isThere = segment.first?.sequence <= sequence && sequence <= segment.last.sequence;
    if (isThere && segment.isLoaded) return this.#stay();
    try {
      return await this.#replace(`around ${sequence}`, () => this.#pagesAround(sequence));
    } catch (error) {
      // Without a connection what is kept on the disk has to do.
      if (isThere && error.isPassing) return true;
      throw error;
    }
  }

  async #pagesAround(sequence) {
    const [older, newer] = await Promise.all([
      api.messages(this.conversationId, { before: sequence }, 30),
      api.messages(this.conversationId, { after: sequence - 1 }, 50),
    ]);
    return [[...older.data, ...newer.data], { hasOlder: older.hasMore, hasNewer: newer.hasMore }];
  }

  /// Whether what is to be shown is on its way.
  get isReplacing() {
    return this.#replacing !== null;
  }

  /// Resolves when that has come, or cannot come.
  get settled() {
    return this.#replacing?.task.catch(() => {});
  }

  add(message) {
    this.#change((segment) => {
      if (!segment.find(message.messageId)) segment.add(message);
    });
  }

  change(messageId, changed) {
    this.#change((segment) => segment.change(messageId, changed));
  }

  /// `changed(message)` gives each message as it is now: the same one where nothing has changed.
  changeAll(changed) {
    this.#change((segment) => segment.changeAll(changed));
  }

  remove(messageId) {
    this.#change((segment) => segment.remove(messageId));
  }

  /// An event has changed something.
  #change(apply) {
    if (this.#replacing || this.#loading.size > 0) this.#meanwhile.push(apply);
    apply(this.segment);
    this.keep();
    this.onChange();
  }

  /// The answer to a load is in the segment: what events have told since it was asked is not in it.
  #catchUp() {
    for (const apply of this.#meanwhile) apply(this.segment);
    if (!this.#replacing && this.#loading.size === 0) this.#meanwhile = [];
  }

  /// What was loaded counts no more: the cursor has expired, or the person has joined again.
  forget() {
    this.segment.isLoaded = false;
  }

  #keepTimer;

  /// Writes the newest messages to the disk, soon and not for each of many changes.
  keep() {
    if (!this.segment.isLoaded || this.segment.hasNewer || this.#keepTimer) return;
    this.#keepTimer = setTimeout(() => {
      this.#keepTimer = undefined;
      if (!this.segment.isLoaded || this.segment.hasNewer) return;
      const newest = this.segment.messages.slice(-100);
      this.store.put("messages", this.conversationId, newest).catch(() => {});
    }, 500);
  }

  /// Runs `load` unless the same is under way, and tells of the change.
  #once(name, load) {
    const running = this.#loading.get(name);
    if (running) return running;
    const task = load()
      .finally(() => {
        this.#loading.delete(name);
        this.#catchUp();
      })
      .then(() => this.onChange());
    this.#loading.set(name, task);
    return task;
  }

  /// Runs `load`, which gives what the segment is to be, unless the same is under way. Of several only
  /// the one that was asked for last counts: an answer that comes late must not undo it.
  #replace(name, load) {
    if (this.#replacing?.name === name) return this.#replacing.task;
    const own = (this.#replacing = { name });
    const end = () => {
      const isLast = this.#replacing === own;
      if (isLast) this.#replacing = null;
      return isLast;
    };
    own.task = load().then(
      ([messages, edges]) => {
        if (!end()) return false;
        this.segment.replace(messages, edges);
        this.#catchUp();
        this.keep();
        this.onChange();
        return true;
      },
      (error) => {
        if (!end()) return false;
        this.#catchUp();
        throw error;
      },
    );
    return own.task;
  }

  /// What is asked for is there: a load that is under way must not replace it.
  #stay() {
    this.#replacing = null;
    this.#catchUp();
    return true;
  }
}
