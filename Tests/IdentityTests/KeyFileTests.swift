import Foundation
import Logging
import Testing

@testable import Identity

@Suite("The key file")
struct KeyFileTests {
  @Test("a changed file brings its new keys and takes the old ones away, cached tokens too")
  func rotation() async throws {
    let bench = try await VerifierUnderTest()
    let old = try bench.issuer.edwardsToken()
    let next = Issuer()
    #expect(bench.refusal(of: old) == nil)
    #expect(try await bench.verifier.reloadIfChanged() == false)

    _ = try bench.folder.write(next.keySet + "\n", to: "keys.json")
    #expect(try await bench.verifier.reloadIfChanged())
    #expect(bench.refusal(of: old) == .badSignature)
    #expect(bench.refusal(of: try next.edwardsToken()) == nil)
    #expect(try await bench.verifier.reloadIfChanged() == false)
  }

  @Test("a file that went bad leaves the keys as they were, until it is good again")
  func badUpdate() async throws {
    let bench = try await VerifierUnderTest()
    let path = try bench.folder.write("{", to: "keys.json")
    await #expect(throws: KeyFileError.notJWKS(path: path)) {
      try await bench.verifier.reloadIfChanged()
    }
    #expect(bench.refusal(of: try bench.issuer.p256Token()) == nil)
    _ = try bench.folder.write(bench.issuer.keySet, to: "keys.json")
    #expect(try await bench.verifier.reloadIfChanged())
    try await bench.verifier.reload()
    #expect(bench.refusal(of: try bench.issuer.p256Token()) == nil)
  }

  @Test("a file without a usable key, with a kid twice, or absent, is an error that names it")
  func unusable() async throws {
    let folder = try TestFolder()
    let issuer = Issuer()
    let twice = #"{"keys":[\#(issuer.edwardsKey),\#(issuer.edwardsKey)]}"#
    let rsa = #"{"keys":[{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB","alg":"RS256"}]}"#
    let offCurve = #"{"keys":[{"kty":"EC","crv":"P-256","kid":"e","x":"AAAA","y":"AAAA"}]}"#
    let noKid = #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]}"#
    for (text, expected) in [
      (twice, KeyFileError.ambiguous(path: "", kid: "ed")), (rsa, .noUsableKey(path: "")),
      (offCurve, .noUsableKey(path: "")), (noKid, .noUsableKey(path: "")),
      (#"{"keys":[]}"#, .noUsableKey(path: "")), ("[]", .notJWKS(path: "")),
    ] {
      let path = try folder.write(text, to: "keys.json")
      let error = await #expect(throws: KeyFileError.self) { try await Self.read(path) }
      #expect(error?.pathless == expected.pathless)
      #expect(error.map { "\($0)".contains(path) } == true)
    }
    await #expect(throws: KeyFileError.unreadable(path: "none")) { try await Self.read("none") }
  }

  private static func read(_ path: String) async throws(KeyFileError) {
    _ = try await KeyFile(path: path)
      .read(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }
}

extension KeyFileError {
  /// The kind of the error, for tests that do not know the path.
  fileprivate var pathless: String {
    switch self {
    case .unreadable: "unreadable"
    case .notJWKS: "notJWKS"
    case .noUsableKey: "noUsableKey"
    case .ambiguous(_, let kid): "ambiguous \(kid)"
    }
  }
}
