import JWTKit

/// The claims of a token, as they were signed: nothing here is checked yet.
///
/// Times are seconds since 1970. The claim types of JWTKit are not used for what comes from outside:
/// its audience claim stops the process on an empty list.
struct TokenClaims: JWTPayload {
  var sub: String?
  var role: String?
  var aud: Audience?
  var exp: Double?
  var iss: String?
  var iat: Double?
  var nbf: Double?
  var name: String?
  var jti: String?
  var scope: String?

  /// Deliberately empty: `TokenVerifier` checks the claims, with a clock that is handed to it.
  func verify(using algorithm: some JWTAlgorithm) {}
}

/// `aud`, which may be one text or a list of them.
struct Audience: Codable, Sendable {
  let names: [String]

  init(_ name: String) { names = [name] }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let name = try? container.decode(String.self) {
      names = [name]
    } else {
      names = try container.decode([String].self)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if names.count == 1 {
      try container.encode(names[0])
    } else {
      try container.encode(names)
    }
  }
}
