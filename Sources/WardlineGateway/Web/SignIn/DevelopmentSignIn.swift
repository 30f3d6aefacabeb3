public import ChatModel

/// Signing in as anybody of the sample clinic, for a server that only this machine can reach.
public struct DevelopmentSignIn: Sendable {
  /// Somebody to be chosen.
  public struct Person: Sendable {
    public let userID: String
    public let displayName: String
    public let role: Role

    public init(userID: String, displayName: String, role: Role) {
      self.userID = userID
      self.displayName = displayName
      self.role = role
    }
  }

  let people: [Person]
  let token: @Sendable (_ userID: String) async throws -> String

  /// - Parameter token: makes a token for one of the people.
  public init(
    people: [Person],
    token: @escaping @Sendable (_ userID: String) async throws -> String
  ) {
    self.people = people
    self.token = token
  }
}
