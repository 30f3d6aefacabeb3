/// The limits of a protocol's listeners, by their names in settings and metrics: among them those that
/// stand before its connections.
package protocol ListenerLimit {
  static var connections: Self { get }
  static var connectionsPerAddress: Self { get }
  static var connectionsPerAddressPerSecond: Self { get }
}

extension ListenerLimit {
  package init(_ limit: ConnectionAdmission.Limit) {
    self =
      switch limit {
      case .connections: .connections
      case .perAddress: .connectionsPerAddress
      case .perAddressPerSecond: .connectionsPerAddressPerSecond
      }
  }
}
