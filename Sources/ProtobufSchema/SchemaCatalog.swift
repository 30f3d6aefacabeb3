import FoundationEssentials
public import RPC
import SwiftProtobuf

/// .proto files by their names and by what they declare, as reflection gives them out.
public struct SchemaCatalog: Sendable {
  /// One file with its serialized `FileDescriptorProto`.
  public struct File: Sendable {
    public let name: String
    public let bytes: [UInt8]
    let proto: Google_Protobuf_FileDescriptorProto

    /// - Throws: `SchemaError` when the bytes are not a descriptor.
    public init(bytes: [UInt8]) throws(SchemaError) {
      do {
        proto = try Google_Protobuf_FileDescriptorProto(serializedBytes: bytes)
      } catch {
        throw SchemaError("a file descriptor does not decode")
      }
      name = proto.name
      self.bytes = bytes
    }

    /// The names of the files that it imports.
    public var imports: [String] { proto.dependency }
  }

  /// In the order in which they were given, imports before those that need them.
  public let files: [File]
  private let indices: [String: Int]
  private let symbols: [String: Int]
  /// By the full name of the extended message, then by number.
  private let extensions: [String: [Int32: Int]]

  /// Of two files with the same name the first counts.
  public init(_ files: [File]) {
    var kept: [File] = []
    var indices: [String: Int] = [:]
    for file in files where indices.updateValue(kept.count, forKey: file.name) == nil {
      kept.append(file)
    }
    for (index, file) in kept.enumerated() { indices[file.name] = index }
    var symbols: [String: Int] = [:]
    var extensions: [String: [Int32: Int]] = [:]
    for (index, file) in kept.enumerated() {
      let declared = Declarations(file.proto)
      for symbol in declared.symbols where symbols[symbol] == nil { symbols[symbol] = index }
      for (type, number) in declared.extensions where extensions[type]?[number] == nil {
        extensions[type, default: [:]][number] = index
      }
    }
    self.files = kept
    self.indices = indices
    self.symbols = symbols
    self.extensions = extensions
  }

  /// The files that generated code carries, and what they import.
  ///
  /// - Throws: `SchemaError` when one of them does not decode.
  public init(generated files: [SchemaFile]) throws(SchemaError) {
    var found: [File] = []
    var visited: Set<String> = []
    func add(_ file: SchemaFile) throws(SchemaError) {
      guard visited.insert(file.name).inserted else { return }
      for imported in file.imports { try add(imported) }
      guard let data = Data(base64Encoded: file.base64, options: .ignoreUnknownCharacters) else {
        throw SchemaError("\(file.name) is not in base64")
      }
      found.append(try File(bytes: Array(data)))
    }
    for file in files { try add(file) }
    self.init(found)
  }

  public func file(named name: String) -> File? { indices[name].map { files[$0] } }

  /// The file that declares a service, method, message, field, enum, enum value or extension.
  public func file(declaring symbol: String) -> File? {
    symbols[symbol].map { files[$0] }
  }

  /// The file that declares an extension of a message.
  public func file(extending type: String, with number: Int32) -> File? {
    extensions[type]?[number].map { files[$0] }
  }

  /// The numbers of the extensions of a message; nil for a message that nobody declares.
  public func extensionNumbers(of type: String) -> [Int32]? {
    guard symbols[type] != nil else { return nil }
    return extensions[type].map { $0.keys.sorted() } ?? []
  }

  /// The file, then those that it imports, directly or through others, each once.
  public func closure(of file: File) -> [File] {
    var found = [file]
    var names: Set<String> = [file.name]
    var next = 0
    while next < found.count {
      for name in found[next].imports where names.insert(name).inserted {
        if let imported = self.file(named: name) { found.append(imported) }
      }
      next += 1
    }
    return found
  }
}
