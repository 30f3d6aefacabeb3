import ProtobufC
import RPC
import WardlineAPI

/// Every method of the API by its name.
struct MethodIndex {
  typealias Signature = (
    method: MethodDescriptor, input: MessageDescriptor, output: MessageDescriptor
  )

  let signatures: [Signature]

  static let wardline = MethodIndex(
    signatures: SessionMethods.signatures + UsersMethods.signatures
      + ConversationsMethods.signatures + MessagesMethods.signatures + EventsMethods.signatures
  )

  /// Finds a method by its full name, or by the last parts of it: `Messages/Send`. A leading slash
  /// and the case of letters make no difference.
  ///
  /// - Throws: `SettingError` with the names that there are.
  func signature(_ name: String) throws(SettingError) -> Signature {
    let wanted = name.drop { $0 == "/" }.lowercased()
    let found = signatures.first { signature in
      let full = signature.method.fullName.lowercased()
      return full == wanted || full.hasSuffix(".\(wanted)")
    }
    if let found { return found }
    let names = signatures.map { "  \(Self.shortName($0.method))" }.joined(separator: "\n")
    throw SettingError("there is no method \(name); these are there:\n\(names)")
  }

  /// Service without its package, and method.
  static func shortName(_ method: MethodDescriptor) -> String {
    let service = method.service.split(separator: ".").last.map(String.init) ?? method.service
    return "\(service)/\(method.name)"
  }

  /// One line for each method: its name and what goes in and out.
  var lines: [String] {
    signatures.map { signature in
      let stream = signature.method.kind.serverStreams ? "stream " : ""
      return "\(Self.shortName(signature.method))  \(Self.last(signature.input.name))"
        + " -> \(stream)\(Self.last(signature.output.name))"
    }
  }

  private static func last(_ name: String) -> Substring {
    name.split(separator: ".").last ?? name[...]
  }
}
