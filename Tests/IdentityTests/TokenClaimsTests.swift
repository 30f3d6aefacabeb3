import ChatModel
import Testing

@testable import Identity

@Suite("What a signed token must claim")
struct TokenClaimsTests {
  @Test(
    "a claim that is missing or of no use is refused, and the error says which",
    arguments: [
      (["exp": nil], IdentityError.missing(.expiry)),
      (["exp": "null"], .missing(.expiry)),
      (["exp": "\"2000\""], .malformed),
      (["exp": "1e300"], .malformed),
      (["exp": "-5"], .malformed),
      (["nbf": "1e300"], .malformed),
      (["aud": nil], .missing(.audience)),
      (["aud": "[]"], .wrongAudience),
      (["aud": "\"wardline2\""], .wrongAudience),
      (["aud": "[\"a\",\"Wardline\"]"], .wrongAudience),
      (["aud": "{}"], .malformed),
      (["sub": nil], .missing(.subject)),
      (["sub": "\"\""], .invalidSubject),
      (["sub": "\"a b\""], .invalidSubject),
      (["sub": "\"a\\u0000b\""], .invalidSubject),
      (["sub": "\"../amara\""], .invalidSubject),
      (["sub": "\"amará\""], .invalidSubject),
      (["sub": "17"], .malformed),
      (["role": nil], .missing(.role)),
      (["role": "\"Patient\""], .unknownRole),
      (["role": "\"root\""], .unknownRole),
      (["role": "[\"patient\"]"], .malformed),
      (["name": "\"a\\nb\""], .invalidName),
      (["iat": "1e300"], .malformed),
      (["iat": "\"900\""], .malformed),
      (["iat": "1031"], .notYetValid(before: Timestamp(milliseconds: 1_031_000))),
      (["jti": "\"\""], .invalidID),
      (["jti": "7"], .malformed),
      (["jti": "\"\(String(repeating: "x", count: 257))\""], .invalidID),
      (["scope": "[\"act:*\"]"], .malformed),
      (["name": "\"  \""], .invalidName),
    ] as [([String: String?], IdentityError)]
  )
  func refused(replacement: [String: String?], error: IdentityError) async throws {
    let claims = RawToken.goodClaims(replacement)
    #expect(try await VerifierUnderTest().refusal(ofClaims: claims) == error)
  }

  @Test("one of several audiences is enough")
  func audiences() async throws {
    let claims = RawToken.goodClaims(["aud": "[\"billing\",\"wardline\"]"])
    #expect(try await VerifierUnderTest().refusal(ofClaims: claims) == nil)
  }

  @Test(
    "a claim that stands there twice is refused, even spelled with an escape",
    arguments: [
      #"{"sub":"amara","sub":"bo","role":"patient","aud":"wardline","exp":2000}"#,
      #"{"sub":"amara","role":"patient","role":"admin","aud":"wardline","exp":2000}"#,
      #"{"sub":"amara","r\u006fle":"admin","role":"patient","aud":"wardline","exp":2000}"#,
    ]
  )
  func duplicated(claims: String) async throws {
    #expect(try await VerifierUnderTest().refusal(ofClaims: claims) == .malformed)
  }

  @Test("equal names inside other claims, and names as values, are nobody's business")
  func nestedNames() async throws {
    let claims = RawToken.goodClaims([
      "x": #"{"sub":1,"y":["sub",{"sub":2,"sub":3}],"z":"a\"sub\":"}"#, "acr": "\"role\"",
    ])
    #expect(try await VerifierUnderTest().refusal(ofClaims: claims) == nil)
  }

  @Test("expiry holds with 30 seconds of leeway, to the millisecond")
  func expiry() async throws {
    let bench = try await VerifierUnderTest()
    let token = try bench.issuer.edwardsToken()
    let expired = IdentityError.expired(at: Timestamp(milliseconds: 2_000_000))
    bench.setClock(seconds: 2029.999)
    #expect(bench.refusal(of: token) == nil)
    bench.setClock(seconds: 2030)
    #expect(bench.refusal(of: token) == expired, "though it was remembered")
    #expect(bench.verifier.cachedCount == 0)
    #expect(bench.refusal(of: try bench.issuer.p256Token()) == expired)
  }

  @Test("a token is not valid earlier than 30 seconds before its nbf")
  func notBefore() async throws {
    let bench = try await VerifierUnderTest()
    let token = try bench.issuer.edwardsToken(claims: RawToken.goodClaims(["nbf": "1500.5"]))
    bench.setClock(seconds: 1470.499)
    #expect(
      bench.refusal(of: token) == .notYetValid(before: Timestamp(milliseconds: 1_500_500))
    )
    bench.setClock(seconds: 1470.5)
    #expect(bench.refusal(of: token) == nil)
  }

  @Test("an issuer is demanded when the rules name one")
  func issuer() async throws {
    let bench = try await VerifierUnderTest(issuedBy: "https://id.clinic.example")
    let good = RawToken.goodClaims(["iss": "\"https://id.clinic.example\""])
    #expect(try bench.refusal(ofClaims: good) == nil)
    #expect(try bench.refusal(ofClaims: RawToken.goodClaims()) == .wrongIssuer)
    #expect(try bench.refusal(ofClaims: RawToken.goodClaims(["iss": "\"x\""])) == .wrongIssuer)
  }
}
