/// The two users of a direct conversation, in the one order in which a pair is stored.
public struct UserPair: Hashable, Sendable, Codable {
  /// The patient, if one of the two is; the source documents' `userId`.
  public let userID: UserID
  /// The other one; the source documents' `memberId`.
  public let memberID: UserID

  /// Puts the patient first; if none or both are patients, the lesser identifier.
  ///
  /// Nil if both are the same user.
  public init?(_ one: User, _ other: User) {
    guard one.id != other.id else { return nil }
    let oneFirst =
      switch (one.role == .patient, other.role == .patient) {
      case (true, false): true
      case (false, true): false
      case (true, true), (false, false): one.id < other.id
      }
    self.userID = oneFirst ? one.id : other.id
    self.memberID = oneFirst ? other.id : one.id
  }

  /// Takes a pair as it was stored.
  public init(userID: UserID, memberID: UserID) {
    self.userID = userID
    self.memberID = memberID
  }
}
