/// Why a service may not make a call in the name of a user.
public enum ActingError: Error, Sendable, Hashable {
  /// Only services act for others.
  case notAService
  /// Nobody does this operation for another.
  case notForOthers
  /// The service's token lacks a right.
  case missingRight(ActingRights)
  case malformedUser
  /// There is none, or one who has been deactivated.
  case unknownUser
  /// Nobody acts for administrators and services.
  case protectedUser
  case unavailable
}

extension ActingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAService: "on-behalf-of is for services only; leave it out"
    case .notForOthers: "this is done for oneself only; leave on-behalf-of out"
    case .missingRight(let right) where right.isEmpty:
      "the token's scope must hold a right to act, such as \(ActingRights.readMessages)"
    case .missingRight(let right): "the token's scope must hold \(right)"
    case .malformedUser: "on-behalf-of: must be a user id: 1 to 64 of A-Z a-z 0-9 . _ @ -"
    case .unknownUser: "on-behalf-of: no such user"
    case .protectedUser: "nobody acts for administrators and services"
    case .unavailable: "who the call is made for could not be looked up; try again"
    }
  }
}
