import ProbeAPI
import ProtobufC
import Testing
import WardlineAPI

@Suite("Recursion")
struct RecursionTests {
  /// Every message that a method of the chat services takes or gives; the rest is reachable.
  static let chat = [
    ConversationsMethods.signatures, EventsMethods.signatures, MessagesMethods.signatures,
    SessionMethods.signatures, UsersMethods.signatures,
  ].joined().flatMap { [$0.input, $0.output] }

  @Test("no message of the wire or of the chat services can hold itself")
  func noRecursion() {
    let probe = [Scalars.descriptor, Maps.descriptor, Choices.descriptor, Record.descriptor]
    for descriptor in Self.chat + probe + [Envelope.request, Envelope.response] {
      #expect(!descriptor.isRecursive, "\(descriptor.name)")
    }
  }

  @Test("what a message holds is found through every level, maps included")
  func reachable() {
    let names = Set(Maps.descriptor.reachable.map(\.name))
    #expect(names.contains("probe.lab.v2.Outer.Inner.Deepest"))
    #expect(names.contains("probe.lab.v2.Maps.LabelsEntry"))
    #expect(Outer.Inner.Deepest.descriptor.reachable.isEmpty)
  }
}
