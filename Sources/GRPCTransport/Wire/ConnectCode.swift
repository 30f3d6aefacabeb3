import RPC

/// What a status is called in the Connect protocol, and the status of HTTP that goes with it.
struct ConnectCode: Equatable {
  let name: String
  let httpStatus: Int

  init(_ code: StatusCode) {
    (name, httpStatus) =
      switch code {
      case .ok: ("ok", 200)
      case .cancelled: ("canceled", 499)
      case .unknown: ("unknown", 500)
      case .invalidArgument: ("invalid_argument", 400)
      case .deadlineExceeded: ("deadline_exceeded", 504)
      case .notFound: ("not_found", 404)
      case .alreadyExists: ("already_exists", 409)
      case .permissionDenied: ("permission_denied", 403)
      case .resourceExhausted: ("resource_exhausted", 429)
      case .failedPrecondition: ("failed_precondition", 400)
      case .aborted: ("aborted", 409)
      case .outOfRange: ("out_of_range", 400)
      case .unimplemented: ("unimplemented", 501)
      case .internal: ("internal", 500)
      case .unavailable: ("unavailable", 503)
      case .dataLoss: ("data_loss", 500)
      case .unauthenticated: ("unauthenticated", 401)
      default: ("unknown", 500)
      }
  }
}
