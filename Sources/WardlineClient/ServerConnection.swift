public import RPC
import TTRPC

/// A connection that can be lost.
public protocol ServerConnection: ClientTransport {
  /// Whether calls can still be made.
  var isActive: Bool { get }
  /// Ends what runs on it.
  func close() async
}

extension ClientConnection: ServerConnection {}
