import ChatModel
import Identity

extension FuzzTarget {
  /// The first byte says what the others are: a whole token; claims; or a header and, after a line
  /// end, claims. The last two are signed well, so that what lies behind the signature is reached.
  static let tokens = FuzzTarget(name: "tokens", run: fuzzToken) {
    let claims = Array(
      #"{"sub":"amara","role":"patient","aud":["wardline"],"exp":2000,"iat":900,"name":"A"}"#.utf8
    )
    let header = Array(#"{"alg":"EdDSA","kid":"ed","typ":"JWT"}"#.utf8)
    let token = Array(try TokenFixture.token(header: header, claims: claims).utf8)
    return [
      [0] + token, [0] + Array("a.b.c".utf8), [0], [1] + claims,
      [1] + Array(#"{"sub":"x","exp":1e300,"nbf":-1,"aud":[]}"#.utf8),
      [2] + header + [0x0a] + claims,
    ]
  }
}

/// Whatever is let in was signed by us, for us, and has not expired; and it is let in again.
private func fuzzToken(_ bytes: UnsafeRawBufferPointer) throws {
  var input = FuzzInput(bytes)
  let kind = input.byte() % 3
  let text = input.remainder()
  let token: String
  switch kind {
  case 0:
    token = String(decoding: text, as: UTF8.self)
  case 1:
    token = try TokenFixture.token(
      header: Array(#"{"alg":"EdDSA","kid":"ed"}"#.utf8),
      claims: text
    )
  default:
    let parts = text.split(separator: 0x0a, maxSplits: 1, omittingEmptySubsequences: false)
    token = try TokenFixture.token(
      header: Array(parts[0]),
      claims: Array(parts.dropFirst().joined())
    )
  }
  let fixture = try TokenFixture.get()
  guard let identity = try? fixture.verifier.verify(token) else { return }
  try promise(
    identity.expiresAt.milliseconds + 30_000 > TokenFixture.now.milliseconds,
    "a token that has expired was let in"
  )
  try promise(
    try fixture.verifier.verify(token) == identity,
    "a token means something else the second time"
  )
}
