"""What a browser keeps of the app and of who was signed in."""

from suite import eventually

STORES = """async (user) => {
  const all = await indexedDB.databases();
  if (!all.some((one) => one.name === `wardline-${user}`)) return {};
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open(`wardline-${user}`);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const counts = {};
  for (const name of database.objectStoreNames) {
    counts[name] = await new Promise((resolve) => {
      const asked = database.transaction(name).objectStore(name).count();
      asked.onsuccess = () => resolve(asked.result);
    });
  }
  database.close();
  return counts;
}"""
# Every address that is kept, with the names of the caches.
FILES = """async () => {
  const kept = {};
  for (const name of await caches.keys()) {
    const asked = await (await caches.open(name)).keys();
    kept[name] = asked.map((one) => new URL(one.url).pathname);
  }
  return kept;
}"""


def stores(page, user):
    """How many things are in each store of the person's database; {} without one."""
    return page.evaluate(STORES, user)


def files(page):
    return page.evaluate(FILES)


def wait_files(page):
    """Until the page has a worker that keeps the app: it opens without the server from now on."""
    ready = "navigator.serviceWorker.controller?.state === 'activated'"
    eventually(lambda: page.evaluate(ready), "the worker is active", page=page)


def wait_loaded(page, user):
    """Until the list and messages are on the disk."""

    def is_kept():
        counts = stores(page, user)
        return counts.get("state") and counts.get("messages")

    eventually(is_kept, "the list and messages are kept", page=page)
