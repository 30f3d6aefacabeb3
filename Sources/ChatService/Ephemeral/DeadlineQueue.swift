import HeapModule

/// One deadline for each key, and the keys in the order of theirs.
///
/// A deadline that moves back stays where it is in the queue and is looked at again when it comes
/// up, so that signals which only prolong something cost nothing and pile up nowhere.
struct DeadlineQueue<Key: Hashable> {
  private struct Item: Comparable {
    let at: Duration
    let key: Key

    static func < (one: Item, other: Item) -> Bool { one.at < other.at }
    static func == (one: Item, other: Item) -> Bool { one.at == other.at }
  }

  private struct Entry {
    var deadline: Duration?
    /// The earliest item of the key in the queue.
    var queuedAt: Duration
  }

  private var entries: [Key: Entry] = [:]
  private var queue = Heap<Item>()

  /// No deadline comes before this; nil when there is none.
  var next: Duration? { queue.min?.at }

  /// - Parameter deadline: nil for none.
  mutating func set(_ key: Key, _ deadline: Duration?) {
    guard let deadline else {
      entries[key]?.deadline = nil
      return
    }
    if let queuedAt = entries[key]?.queuedAt, queuedAt <= deadline {
      entries[key]?.deadline = deadline
      return
    }
    enqueue(key, deadline)
  }

  private mutating func enqueue(_ key: Key, _ deadline: Duration) {
    entries[key] = Entry(deadline: deadline, queuedAt: deadline)
    queue.insert(Item(at: deadline, key: key))
  }

  /// Takes the next key whose deadline has come.
  mutating func popDue(_ now: Duration) -> Key? {
    while let item = queue.min, item.at <= now {
      queue.removeMin()
      // Of a key whose deadline came forward the later item is left over.
      guard let entry = entries[item.key], entry.queuedAt == item.at else { continue }
      entries[item.key] = nil
      guard let deadline = entry.deadline else { continue }
      if deadline <= now { return item.key }
      enqueue(item.key, deadline)
    }
    return nil
  }
}
