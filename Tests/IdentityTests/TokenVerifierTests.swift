import ChatModel
import Crypto
import Foundation
import Testing

@testable import Identity

@Suite("Verifying a token")
struct TokenVerifierTests {
  @Test("tokens signed with EdDSA and with ES256 speak for their subject")
  func goodTokens() async throws {
    let bench = try await VerifierUnderTest()
    for token in [try bench.issuer.edwardsToken(), try bench.issuer.p256Token()] {
      let identity = try bench.verifier.verify(token)
      #expect(identity.userID.rawValue == "amara")
      #expect(identity.role == .patient)
      #expect(identity.displayName == nil)
      #expect(identity.expiresAt == Timestamp(milliseconds: 2_000_000))
    }
  }

  @Test("a token is known by its jti, and when it was issued is known")
  func tokenID() async throws {
    let bench = try await VerifierUnderTest()
    let claims = RawToken.goodClaims(["jti": "\"a-1\"", "scope": "\"openid act:*\""])
    let identity = try bench.verifier.verify(try bench.issuer.edwardsToken(claims: claims))
    #expect(identity.tokenID == "id:a-1")
    #expect(identity.issuedAt == Timestamp(milliseconds: 900_000))
    #expect(identity.scope == "openid act:*")
    let silent = RawToken.goodClaims(["iat": nil])
    let other = try bench.verifier.verify(try bench.issuer.edwardsToken(claims: silent))
    #expect(other.issuedAt == nil)
    #expect(other.scope == "")
  }

  @Test("a token without a jti is known by what was signed, however the signature is written")
  func tokenIDWithoutJTI() async throws {
    let bench = try await VerifierUnderTest()
    // Each signature of ES256 is another one.
    let tokens = [try bench.issuer.p256Token(), try bench.issuer.p256Token()]
    #expect(tokens[0] != tokens[1])
    let ids = try tokens.map { try bench.verifier.verify($0).tokenID }
    #expect(ids[0].hasPrefix("sha256:"))
    #expect(ids[0].count == 7 + 64)
    let isSameContent = tokens[0].split(separator: ".")[1] == tokens[1].split(separator: ".")[1]
    #expect((ids[0] == ids[1]) == isSameContent)
    let edwards = try bench.verifier.verify(try bench.issuer.edwardsToken()).tokenID
    #expect(edwards != ids[0])
  }

  @Test("every role and a name are taken over")
  func rolesAndName() async throws {
    let bench = try await VerifierUnderTest()
    for role in Role.allCases {
      let claims = RawToken.goodClaims(["role": "\"\(role.rawValue)\"", "name": "\"Åsa Lind\""])
      let identity = try bench.verifier.verify(try bench.issuer.edwardsToken(claims: claims))
      #expect(identity.role == role)
      #expect(identity.displayName == "Åsa Lind")
    }
  }

  @Test(
    "a header that is not the key's own is refused",
    arguments: [
      (#"{"alg":"none","kid":"ed"}"#, IdentityError.wrongAlgorithm),
      (#"{"alg":"HS256","kid":"ed"}"#, .wrongAlgorithm),
      (#"{"alg":"ES256","kid":"ed"}"#, .wrongAlgorithm),
      (#"{"alg":"eddsa","kid":"ed"}"#, .wrongAlgorithm),
      (#"{"alg":7,"kid":"ed"}"#, .wrongAlgorithm),
      (#"{"kid":"ed"}"#, .wrongAlgorithm),
      (#"{"alg":"EdDSA"}"#, .unknownKey),
      (#"{"alg":"EdDSA","kid":"else"}"#, .unknownKey),
      (#"{"alg":"HS256","kid":"other"}"#, .unknownKey),
      (#"{"alg":"EdDSA","kid":"ed","crit":["b64"],"b64":false}"#, .malformed),
      (#"{"alg":"EdDSA","alg":"EdDSA","kid":"ed"}"#, .malformed),
      (#"["EdDSA"]"#, .malformed),
      ("", .malformed),
    ]
  )
  func headers(header: String, error: IdentityError) async throws {
    let bench = try await VerifierUnderTest()
    #expect(bench.refusal(of: try bench.issuer.edwardsToken(header: header)) == error)
  }

  @Test("a token without a signature, with another's, or with a bit changed is refused")
  func signatures() async throws {
    let bench = try await VerifierUnderTest()
    let token = try bench.issuer.edwardsToken()
    let parts = token.split(separator: ".")
    let other = try bench.issuer.edwardsToken(claims: RawToken.goodClaims(["sub": "\"bo\""]))
    let stolen = parts[0] + "." + other.split(separator: ".")[1] + "." + parts[2]
    #expect(bench.refusal(of: parts[0] + "." + parts[1] + ".") == .badSignature)
    #expect(bench.refusal(of: String(stolen)) == .badSignature)
    #expect(bench.refusal(of: try Issuer().edwardsToken()) == .badSignature)
    #expect(bench.refusal(of: try Issuer().p256Token()) == .badSignature)
    #expect(bench.refusal(of: RawToken(header: #"{"alg":"none"}"#).signed { _ in Data() }) != nil)
  }

  @Test("HS256 with the public key as the secret does not forge a token")
  func publicKeyAsSecret() async throws {
    let bench = try await VerifierUnderTest()
    for (kid, secret) in [
      ("ed", bench.issuer.edwards.publicKey.rawRepresentation),
      ("ec", Data(bench.issuer.p256.publicKey.pemRepresentation.utf8)),
    ] {
      let forged = RawToken(header: #"{"alg":"HS256","kid":"\#(kid)"}"#).signed {
        Data(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: secret)))
      }
      #expect(bench.refusal(of: forged) == .wrongAlgorithm)
    }
  }

  @Test(
    "what is no token is refused",
    arguments: ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "é.é.é"]
  )
  func notATokenAtAll(text: String) async throws {
    #expect(try await VerifierUnderTest().refusal(of: text) == .malformed)
  }

  @Test("a token of 8 KiB is read, one of a byte more is not")
  func size() async throws {
    let bench = try await VerifierUnderTest()
    let limit = TokenVerifier.tokenBytesMax
    #expect(bench.refusal(of: String(repeating: "a", count: limit)) == .malformed)
    #expect(bench.refusal(of: String(repeating: "a", count: limit + 1)) == .tooLarge)
  }

  @Test("JSON nested as deeply as 8 KiB allow is refused, not followed")
  func deepNesting() async throws {
    let bench = try await VerifierUnderTest()
    let deep = String(repeating: "[", count: 5000)
    #expect(try bench.refusal(ofClaims: #"{"x":"# + deep) == .malformed)
  }

  @Test(
    "a number in the header that no Int holds is refused, and stops nothing",
    arguments: ["1e300", "-1e300", "1E19", "9223372036854775808", "[{\"y\":-1e99}]"]
  )
  func largeNumbers(number: String) async throws {
    let bench = try await VerifierUnderTest()
    let header = #"{"alg":"EdDSA","kid":"ed","x":\#(number)}"#
    #expect(bench.refusal(of: RawToken(header: header).signed { _ in Data() }) == .malformed)
    #expect(try bench.refusal(ofClaims: RawToken.goodClaims(["x": number])) == nil)
    #expect(try bench.refusal(ofClaims: RawToken.goodClaims(["exp": number])) == .malformed)
  }

  @Test(
    "short numbers and long texts of a header are read",
    arguments: ["12", "\"1e300\"", "true"]
  )
  func harmlessHeader(value: String) async throws {
    let bench = try await VerifierUnderTest()
    let header = #"{"alg":"EdDSA","kid":"ed","x":\#(value)}"#
    let token = try RawToken(header: header).signed {
      try bench.issuer.edwards.signature(for: $0)
    }
    #expect(bench.refusal(of: token) == nil)
  }

  @Test(
    "a header in UTF-16 or UTF-32 hides nothing from the checks: it is refused",
    arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32]
  )
  func wideHeader(encoding: String.Encoding) async throws {
    let bench = try await VerifierUnderTest()
    for number in ["1", "1e300"] {
      let header = #"{"alg":"EdDSA","kid":"ed","x":\#(number)}"#
      let wide = RawToken.base64URL(try #require(header.data(using: encoding)))
      let input = wide + "." + RawToken.base64URL(Data(RawToken.goodClaims().utf8))
      let signature = try bench.issuer.edwards.signature(for: Data(input.utf8))
      #expect(bench.refusal(of: input + "." + RawToken.base64URL(signature)) == .malformed)
    }
  }

  @Test("no error text holds a part of the token")
  func textsAreSilent() async throws {
    let bench = try await VerifierUnderTest()
    let claims = RawToken.goodClaims(["sub": "\"secret subject\""])
    let token = try bench.issuer.edwardsToken(claims: claims)
    let error = try #require(bench.refusal(of: token))
    #expect(!String(describing: error).contains("secret"))
    for part in token.split(separator: ".") { #expect(!"\(error)".contains(part)) }
  }
}
