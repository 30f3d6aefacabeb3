/// One .proto file as the generated code carries it, so that a server can say what it serves.
public struct SchemaFile: Sendable, Hashable {
  /// The name under which other files import it, such as `wardline/v1/session.proto`.
  public let name: String
  /// The files that it imports.
  public let imports: [SchemaFile]
  /// The serialized `google.protobuf.FileDescriptorProto` in base64, broken into lines.
  public let base64: String

  public init(name: String, imports: [SchemaFile] = [], base64: String) {
    self.name = name
    self.imports = imports
    self.base64 = base64
  }

  public static func == (a: SchemaFile, b: SchemaFile) -> Bool { a.name == b.name }

  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
