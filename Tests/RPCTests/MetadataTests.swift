import RPC
import Testing

@Suite("Metadata")
struct MetadataTests {
  @Test("a key is found without regard to ASCII case, the first of several")
  func first() {
    let metadata: Metadata = ["Authorization": "one", "AUTHORIZATION": "two", "x": "three"]
    #expect(metadata.first("authorization") == "one")
    #expect(metadata.first("X") == "three")
    #expect(metadata.first("y") == nil)
    #expect(Metadata().first("x") == nil)
  }

  @Test("letters outside ASCII are not folded: U+212A is no k")
  func onlyASCII() {
    let metadata: Metadata = ["to\u{212A}en": "kelvin", "É": "upper", "e\u{301}": "two scalars"]
    #expect(metadata.first("token") == nil)
    #expect(metadata.first("é") == nil)
    #expect(metadata.first("to\u{212A}EN") == "kelvin")
  }

  @Test("entries keep their order and may repeat")
  func order() {
    var metadata: Metadata = ["b": "1"]
    metadata.append("a", "2")
    metadata.append("b", "3")
    #expect(metadata.entries.map(\.key) == ["b", "a", "b"])
    #expect(!metadata.isEmpty)
    #expect(Metadata().isEmpty)
  }

  @Test("a description holds no value: it may be a token")
  func description() {
    let metadata: Metadata = ["authorization": "Bearer secret"]
    #expect("\(metadata)" == "Metadata(authorization)")
  }
}
