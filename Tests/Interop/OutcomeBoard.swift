import InteropAPI
import Synchronization

/// What is known of the calls that carry a tag: that they have begun, and how they ended.
final class OutcomeBoard: Sendable {
  private struct Entry {
    var hasBegun = false
    var ending: Ending?
    var onBegin: [@Sendable () -> Void] = []
    var onEnd: [@Sendable (Ending) -> Void] = []
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Runs a handler and notes its beginning and its end. Calls without a tag are not noted.
  func noting<Result>(_ tag: String, _ handler: () async throws -> Result) async throws -> Result {
    begin(tag)
    do {
      let result = try await handler()
      end(tag, .completed)
      return result
    } catch {
      end(tag, Task.isCancelled ? .cancelled : .failed)
      throw error
    }
  }

  func begin(_ tag: String) {
    if tag.isEmpty { return }
    let waiting = entries.withLock { entries in
      defer { entries[tag, default: Entry()].onBegin = [] }
      entries[tag, default: Entry()].hasBegun = true
      return entries[tag]?.onBegin ?? []
    }
    for callback in waiting { callback() }
  }

  func end(_ tag: String, _ ending: Ending) {
    if tag.isEmpty { return }
    let waiting = entries.withLock { entries in
      defer { entries[tag, default: Entry()].onEnd = [] }
      entries[tag, default: Entry()].ending = ending
      return entries[tag]?.onEnd ?? []
    }
    for callback in waiting { callback(ending) }
  }

  /// Calls back once the call has begun; at once if it has.
  func whenBegun(_ tag: String, _ callback: @escaping @Sendable () -> Void) {
    let hasBegun = entries.withLock { entries in
      if entries[tag]?.hasBegun == true { return true }
      entries[tag, default: Entry()].onBegin.append(callback)
      return false
    }
    if hasBegun { callback() }
  }

  /// Calls back with how the call ended; at once if it has.
  func whenEnded(_ tag: String, _ callback: @escaping @Sendable (Ending) -> Void) {
    let ending = entries.withLock { entries -> Ending? in
      if let ending = entries[tag]?.ending { return ending }
      entries[tag, default: Entry()].onEnd.append(callback)
      return nil
    }
    if let ending { callback(ending) }
  }
}
