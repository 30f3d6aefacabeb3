import RPC
import WardlineAPI

/// The messages of an outbox, in the order in which they were written. Decides which is sent next;
/// does no I/O.
///
/// A message that failed does not hold up those behind it: it may wait for ever.
struct OutboxQueue {
  private(set) var entries: [OutboxEntry] = []

  init(_ entries: [OutboxEntry] = []) {
    self.entries = entries
  }

  /// The first one that has not been answered.
  var next: OutboxEntry? { entries.first { $0.isWaiting } }

  mutating func add(_ entry: OutboxEntry) { entries.append(entry) }

  /// The server has it.
  mutating func sent(_ key: String) { entries.removeAll { $0.key == key } }

  /// The server does not take it.
  mutating func failed(_ key: String, _ error: RPCError) { change(key) { $0 = .failed(error) } }

  /// It is to be sent again.
  ///
  /// - Returns: false when there is no such message.
  mutating func retry(_ key: String) -> Bool { change(key) { $0 = .waiting } }

  /// It is not to be sent any more.
  ///
  /// - Returns: false when there is no such message.
  mutating func discard(_ key: String) -> Bool {
    let before = entries.count
    entries.removeAll { $0.key == key }
    return entries.count < before
  }

  @discardableResult
  private mutating func change(_ key: String, _ body: (inout OutboxEntry.State) -> Void) -> Bool {
    guard let index = entries.firstIndex(where: { $0.key == key }) else { return false }
    body(&entries[index].state)
    return true
  }
}
