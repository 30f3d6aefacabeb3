import TTRPCWire

extension ClientConnectionStateMachine {
  // As expectations want it: they cannot hold a call that changes what stands before a `?.`.

  mutating func abandoned(_ id: StreamID) -> Call? { streamAbandoned(id)?.call }

  mutating func sendsCancelWhenAbandoned(_ id: StreamID) -> Bool? {
    streamAbandoned(id)?.sendsCancel
  }

  /// Opens a stream, whatever the reason why it might not be.
  mutating func opened(_ shape: StreamShape, _ call: Call) -> StreamID? {
    if case .opened(let id) = openStream(shape, call) { id } else { nil }
  }
}
