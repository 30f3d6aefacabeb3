import RPC
import Synchronization
import Testing
import WardlineAPI
import WardlineRPC

@Suite("Proofs that are held back")
struct AuthenticationGateTests {
  @Test("bad tokens are counted wherever they stand, and then nobody looks at them any more")
  func badTokens() async throws {
    let gate = CountingGate(failuresMax: 3)
    try await Clinic.with(gate: gate) { clinic in
      let amara = try await clinic.person("amara", "patient")
      let stranger = try await clinic.anonymous()
      let options = CallOptions(metadata: ["authorization": "Bearer forged"])
      var codes: [StatusCode?] = []
      for _ in 0..<2 {
        let error = await #expect(throws: RPCError.self) {
          _ = try await stranger.session.whoAmI(WhoAmIRequest(), options: options)
        }
        codes.append(error?.code)
      }
      for token in ["forged", "forged", "bruno/patient"] {
        let error = await #expect(throws: RPCError.self) {
          _ = try await stranger.session.authenticate(AuthenticateRequest(token: token))
        }
        codes.append(error?.code)
      }
      let error = await #expect(throws: RPCError.self) {
        _ = try await stranger.session.whoAmI(WhoAmIRequest(), options: options)
      }
      codes.append(error?.code)
      #expect(
        codes == [
          .unauthenticated, .unauthenticated, .unauthenticated, .resourceExhausted,
          .resourceExhausted, .resourceExhausted,
        ]
      )
      // Whoever was let in before goes on, from the same address.
      _ = try await amara.session.whoAmI(WhoAmIRequest())
      _ = try await stranger.session.authenticate(AuthenticateRequest(token: "amara/patient"))
      #expect(gate.successes == 1)
    }
  }
}

/// Lets so many failures pass.
private final class CountingGate: AuthenticationGate {
  private struct Counts {
    var failures = 0
    var successes = 0
  }

  private let counts = Mutex(Counts())
  private let failuresMax: Int

  init(failuresMax: Int) { self.failuresMax = failuresMax }

  var successes: Int { counts.withLock { $0.successes } }

  func begin(_ context: ServerContext) -> RPCError? {
    counts.withLock { $0.failures } < failuresMax ? nil : RPCError(.resourceExhausted, "later")
  }

  func ended(_ context: ServerContext, isValid: Bool) {
    counts.withLock { if isValid { $0.successes += 1 } else { $0.failures += 1 } }
  }
}
