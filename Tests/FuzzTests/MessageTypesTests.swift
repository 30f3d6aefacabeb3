import FuzzTargets
import ProtobufC
import Testing
import WardlineAPI

@Suite("Which messages are fuzzed")
struct MessageTypesTests {
  @Test("every message that a service of ours takes or gives, and every message within one")
  func complete() {
    let signatures =
      SessionMethods.signatures + UsersMethods.signatures + ConversationsMethods.signatures
      + MessagesMethods.signatures + EventsMethods.signatures
    let used = Set(signatures.flatMap { [$0.input, $0.output] })
    let all = used.union(used.flatMap(\.reachable))
    let missing = all.subtracting(FuzzTarget.messageTypes).map(\.name)
    #expect(missing.isEmpty, "put them into MessageTypes")
  }
}
