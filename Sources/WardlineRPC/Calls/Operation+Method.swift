import ChatService
import RPC

extension Operation {
  private static let package = "wardline.v1."

  /// The operation that a method asks for; nil for a method of another package or without a row.
  init?(_ method: MethodDescriptor) {
    guard method.service.hasPrefix(Self.package) else { return nil }
    self.init(rawValue: "\(method.service.dropFirst(Self.package.count))/\(method.name)")
  }
}
