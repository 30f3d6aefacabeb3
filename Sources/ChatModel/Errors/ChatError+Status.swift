extension ChatError {
  /// The name of the status with which a call fails that meets this error, as gRPC writes it.
  public var statusName: String {
    switch self {
    case .invalidArgument: "INVALID_ARGUMENT"
    case .notFound: "NOT_FOUND"
    case .permissionDenied: "PERMISSION_DENIED"
    case .unauthenticated: "UNAUTHENTICATED"
    case .alreadyExists: "ALREADY_EXISTS"
    case .failedPrecondition, .windowOver: "FAILED_PRECONDITION"
    case .versionConflict, .upload(.takenOver): "ABORTED"
    case .outOfRange, .upload(.wrongOffset): "OUT_OF_RANGE"
    case .resourceExhausted, .limitReached: "RESOURCE_EXHAUSTED"
    case .unavailable: "UNAVAILABLE"
    case .cancelled: "CANCELLED"
    case .dataLoss: "DATA_LOSS"
    case .internal: "INTERNAL"
    }
  }
}
