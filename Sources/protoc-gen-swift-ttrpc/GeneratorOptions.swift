/// What the caller of protoc says with `--swift-ttrpc_opt`.
struct GeneratorOptions: Equatable {
  enum Visibility: String, CaseIterable {
    case `public`
    case `package`
    case `internal`

    /// What stands before a declaration.
    var modifier: String { self == .internal ? "" : "\(rawValue) " }
  }

  /// The module of the C that protoc-c generated.
  var cModule: String
  var visibility = Visibility.public
  /// The module with `RPCMessage`, `MethodDescriptor` and the handlers.
  var rpcModule = "RPC"

  init(cModule: String) {
    self.cModule = cModule
  }

  init(_ pairs: [(key: String, value: String)]) throws {
    self.init(cModule: "")
    for (key, value) in pairs {
      switch key {
      case "c_module": cModule = value
      case "rpc_module": rpcModule = value
      case "visibility":
        guard let visibility = Visibility(rawValue: value) else {
          throw GeneratorError("visibility is public, package or internal, not \(value)")
        }
        self.visibility = visibility
      default:
        throw GeneratorError("unknown option \(key): known are c_module, rpc_module, visibility")
      }
    }
    guard !cModule.isEmpty else {
      throw GeneratorError("c_module is missing: the module of the C that protoc-c generates")
    }
  }
}
