import NIOCore
import ServerEngine

extension ServerConfiguration {
  /// How many connections there may be.
  var admissionLimits: ConnectionAdmission.Limits {
    ConnectionAdmission.Limits(
      connections: connectionsMax,
      perAddress: connectionsPerAddressMax,
      perAddressPerSecond: connectionsPerAddressPerSecond,
      includesLoopback: perAddressLimitsIncludeLoopback
    )
  }
}

extension ServerLimit: ListenerLimit {}

extension ServerShared {
  /// Stands before the connections of a listener.
  func acceptGate(_ admission: ConnectionAdmission) -> AcceptGate {
    let metrics = metrics
    return AcceptGate(admission, logger: logger) { metrics.limitReached(ServerLimit($0)) }
  }
}
