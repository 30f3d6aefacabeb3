import NIOCore

/// What a handler has said while its call was held.
struct HeldMessages {
  var payloads: [ByteBuffer]
  /// What follows them.
  var ending: Result<Void, any Error>?
  /// Writers that wait until they may send more.
  var waiters: [CheckedContinuation<Void, Never>] = []

  init(_ payloads: [ByteBuffer] = []) {
    self.payloads = payloads
  }

  var isEmpty: Bool { payloads.isEmpty && ending == nil && waiters.isEmpty }
}
