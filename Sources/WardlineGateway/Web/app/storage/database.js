// What the browser keeps on the disk: the outbox, drafts, and what was loaded, for reading offline.
// It belongs to the person who is signed in and is removed when they sign out.

const unsent = ["outbox", "drafts"];
const loaded = ["conversations", "messages", "state"];

export class Database {
  #opened;

  static nameFor(userId) {
    return `wardline-${userId}`;
  }

  constructor(userId) {
    this.name = Database.nameFor(userId);
    this.#opened = open(this.name);
    // Private windows may have none. The app works without, only not across a reload.
    this.#opened.catch(() => {});
  }

  async get(store, key) {
    return this.#run(store, "readonly", (objects) => objects.get(key));
  }

  async all(store) {
    return (await this.#run(store, "readonly", (objects) => objects.getAll())) ?? [];
  }

  async put(store, key, value) {
    return this.#run(store, "readwrite", (objects) => objects.put(value, key));
  }

  /// Puts what `changed(value)` gives in the place of a value, if there is one; nothing else is written
  /// between, in another tab neither.
  async change(store, key, changed) {
    return this.#run(store, "readwrite", (objects) => {
      const asked = objects.get(key);
      asked.onsuccess = () => {
        if (asked.result !== undefined) objects.put(changed(asked.result), key);
      };
      return asked;
    });
  }

  async remove(store, key) {
    return this.#run(store, "readwrite", (objects) => objects.delete(key));
  }

  async clear(store) {
    return this.#run(store, "readwrite", (objects) => objects.clear());
  }

  /// Removes what was loaded and keeps what was written and not sent. Nothing is kept from then on.
  async eraseLoaded() {
    try {
      const database = await this.#opened;
      const transaction = database.transaction(loaded, "readwrite");
      for (const store of loaded) transaction.objectStore(store).clear();
      // It ends the transaction first, and takes no other.
      database.close();
      await new Promise((resolve) => {
        transaction.oncomplete = transaction.onabort = () => resolve();
      });
    } catch {
      // Where there is no database there is nothing to remove.
    }
  }

  /// Removes everything that was kept for this person.
  async erase() {
    try {
      (await this.#opened).close();
    } catch {
      // There is nothing to close; the deletion below is all that matters.
    }
    await new Promise((resolve) => {
      const deletion = indexedDB.deleteDatabase(this.name);
      deletion.onsuccess = deletion.onerror = deletion.onblocked = () => resolve();
    });
  }

  /// Resolves when the change is on the disk; undefined where there is no database.
  async #run(store, mode, action) {
    let database;
    try {
      database = await this.#opened;
    } catch {
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const answer = action(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(answer.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }
}

function open(name) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      for (const store of [...unsent, ...loaded]) opening.result.createObjectStore(store);
    };
    opening.onsuccess = () => {
      // Another tab signs out: let it remove the database.
      opening.result.onversionchange = () => opening.result.close();
      resolve(opening.result);
    };
    opening.onerror = () => reject(opening.error);
  });
}
