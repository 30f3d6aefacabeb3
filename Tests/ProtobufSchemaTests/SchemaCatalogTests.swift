import ProbeAPI
import ProtobufC
import ProtobufSchema
import RPC
import Testing
import WardlineAPI

@Suite("A catalog of .proto files")
struct SchemaCatalogTests {
  @Test("generated code carries its files and all that they import, imports first")
  func generated() throws {
    let catalog = try SchemaCatalog(generated: [.probe])
    #expect(Set(catalog.files.map(\.name)) == ["legacy.proto", "imported.proto", "probe.proto"])
    #expect(catalog.files.last?.name == "probe.proto")
    let file = try #require(catalog.file(named: "probe.proto"))
    #expect(file.imports == ["legacy.proto", "imported.proto"])
    #expect(catalog.closure(of: file).first?.name == "probe.proto")
    #expect(catalog.closure(of: file).count == 3)
  }

  @Test(
    "whatever a file declares leads to it",
    arguments: [
      "probe.lab.v2.ProbeService", "probe.lab.v2.ProbeService.Echo", "probe.lab.v2.Outer",
      "probe.lab.v2.Outer.Inner.Deepest", "probe.lab.v2.Outer.Inner.Deepest.label",
      "probe.lab.v2.Choices.what", "probe.lab.v2.Colour", "probe.lab.v2.COLOUR_RED",
      "probe.lab.v2.Outer.MODE_ON",
    ]
  )
  func symbols(symbol: String) throws {
    let catalog = try SchemaCatalog(generated: [.probe])
    #expect(catalog.file(declaring: symbol)?.name == "probe.proto")
  }

  @Test("what nobody declares is not found")
  func unknown() throws {
    let catalog = try SchemaCatalog(generated: [.probe])
    #expect(catalog.file(declaring: "probe.lab.v2.Nothing") == nil)
    #expect(catalog.file(declaring: "") == nil)
    #expect(catalog.file(named: "nothing.proto") == nil)
    #expect(catalog.extensionNumbers(of: "probe.lab.v2.Nothing") == nil)
    #expect(catalog.extensionNumbers(of: "probe.lab.v2.Outer") == [])
  }

  @Test("every generated method knows its file, which declares it with its kind and types")
  func methods() throws {
    let signatures =
      SessionMethods.signatures + UsersMethods.signatures + ConversationsMethods.signatures
      + MessagesMethods.signatures + EventsMethods.signatures + ProbeMethods.signatures
    for signature in signatures {
      let file = try #require(signature.method.schema)
      let schema = Schema(try SchemaCatalog(generated: [file]))
      let service = schema.services.first { $0.name == signature.method.service }
      let method = service?.methods.first { $0.descriptor.name == signature.method.name }
      #expect(method?.descriptor.kind == signature.method.kind)
      #expect(method?.input == signature.input.name)
      #expect(method?.output == signature.output.name)
    }
  }

  @Test("bytes that are no descriptor are refused")
  func refused() {
    #expect(throws: SchemaError.self) { try SchemaCatalog.File(bytes: [0xff]) }
    #expect(throws: SchemaError.self) {
      try SchemaCatalog(generated: [SchemaFile(name: "x", base64: "/////w==")])
    }
  }
}
