import RPC
import TTRPCWire

extension RPCError {
  init(_ violation: ProtocolViolation) {
    switch violation {
    case .messageTooLarge, .tooManyHandlers:
      self.init(.resourceExhausted, violation.description)
    case .shuttingDown, .streamIDsUsedUp:
      self.init(.unavailable, violation.description)
    case .evenStreamID, .streamIDNotIncreasing, .streamNeverOpened, .dataAfterRemoteClosed,
      .dataOnUnaryCall, .dataInsteadOfResponse:
      self.init(.invalidArgument, violation.description)
    }
  }
}
