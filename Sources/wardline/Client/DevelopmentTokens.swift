import ChatModel
import Identity

/// Tokens for the people of the sample clinic, from the key that `serve --dev` made.
enum DevelopmentTokens {
  /// - Throws: `SettingError` when there is no such person or no such key.
  static func token(
    for name: String,
    data: String,
    scope: String? = nil,
    lifetimeSeconds: Int64 = TokenIssuer.lifetimeSecondsDefault
  ) async throws -> String {
    guard let member = SampleClinic.member(name), let id = UserID(name) else {
      let names = SampleClinic.members.map(\.id).joined(separator: ", ")
      throw SettingError("\(name) is nobody of the sample clinic: \(names)")
    }
    let key: DevelopmentKey
    do {
      key = try await DevelopmentKey.load(folder: data)
    } catch {
      throw SettingError("\(error); start a server first: wardline serve --dev --data \(data)")
    }
    return try await TokenIssuer(key: key, audience: "wardline", now: SystemClock.now).token(
      for: id,
      role: member.role,
      displayName: member.name,
      scope: scope,
      lifetimeSeconds: lifetimeSeconds
    )
  }
}
