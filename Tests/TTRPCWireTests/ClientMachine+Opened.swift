import TTRPCWire

extension ClientConnectionStateMachine {
  /// Opens a stream, as tests want it that do not care why it might not be.
  mutating func opened(_ shape: StreamShape, _ call: Call) -> StreamID? {
    if case .opened(let id) = openStream(shape, call) { id } else { nil }
  }
}
