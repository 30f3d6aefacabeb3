internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// Refuses what cannot be served, in words for the author of the .proto.
struct SchemaCheck {
  private let files: [FileDescriptor]

  init(_ files: [FileDescriptor]) {
    self.files = files
  }

  /// - Throws: `GeneratorError`.
  func run() throws {
    for message in files.flatMap(\.messages) {
      try check(message)
    }
    try checkNames()
  }

  private func check(_ message: Descriptor) throws {
    for field in message.fields {
      guard field.type != .group else {
        throw GeneratorError("\(field.fullName) is a group, which protobuf-c cannot decode")
      }
      guard CNames.member(field) != "base" else {
        throw GeneratorError("\(field.fullName): protoc-c gives each message a member named base")
      }
    }
    if let path = recursion(through: message) {
      throw GeneratorError(
        "\(message.fullName) is recursive (\(path.joined(separator: " → "))): "
          + "protobuf-c decodes it without a limit of depth, so a short input can end the process"
      )
    }
    for nested in message.messages {
      try check(nested)
    }
  }

  /// The way from a message back to itself, if there is one.
  private func recursion(through message: Descriptor) -> [String]? {
    var visited: Set<String> = []
    func search(_ current: Descriptor, _ path: [String]) -> [String]? {
      for case let next? in current.fields.map(\.messageTypeIfAny) {
        if next.fullName == message.fullName { return path + [next.fullName] }
        if visited.insert(next.fullName).inserted,
          let found = search(next, path + [next.fullName])
        {
          return found
        }
      }
      return nil
    }
    return search(message, [message.fullName])
  }

  /// All types of a run become types of one Swift module.
  private func checkNames() throws {
    var owners: [String: String] = [:]
    func take(_ name: String, _ owner: String) throws {
      if let other = owners.updateValue(owner, forKey: name) {
        throw GeneratorError("\(owner) and \(other) would both be \(name) in Swift")
      }
    }
    for file in files {
      for message in file.messages { try take(SwiftNames.type(message), message.fullName) }
      for enumeration in file.enums {
        try take(SwiftNames.type(enumeration), enumeration.fullName)
      }
      for service in file.services {
        let stem = SwiftNames.serviceStem(service)
        for suffix in ["Methods", "Service", "AsyncService", "Client"] {
          try take(stem + suffix, service.fullName)
        }
      }
    }
  }
}

extension FieldDescriptor {
  var messageTypeIfAny: Descriptor? { type == .message ? messageType : nil }
}
