public import TTRPC

/// What is asked of a server, and for how long.
public struct LoadPlan: Sendable {
  public var address: ServiceAddress
  /// Whom to trust behind a `tls` address; nil for whom the system trusts.
  public var tls: ClientTLS?
  public var request: LoadRequest
  public var dialect = Dialect.ttrpc
  /// For ttrpc only: sent first on each connection and answered before anything else, for instance to
  /// sign in.
  public var greeting: LoadRequest?
  public var pace = Pace.closed(inFlight: 1)
  public var connections = 1
  /// Time before anything is counted.
  public var warmUp = Duration.milliseconds(500)
  public var duration = Duration.seconds(5)
  /// Ends the run before its duration is over, as soon as so many answers have been counted. Nil for
  /// the whole duration.
  public var answersMax: Int?

  public init(_ request: LoadRequest, to address: ServiceAddress) {
    self.request = request
    self.address = address
  }

  /// Calls that may wait for their answers on a connection, unless the server allows fewer. In an open
  /// loop further ones wait to be sent, and their waiting counts.
  public static let callsUnderWayMax = 1 << 15

  /// What the server speaks.
  public enum Dialect: String, Sendable, CaseIterable {
    case ttrpc
    /// HTTP/2 in plain text, without an upgrade.
    case grpc
  }

  public enum Pace: Sendable {
    /// Every answer is followed by the next call: so many are under way on each connection, or what
    /// the server allows if that is less.
    case closed(inFlight: Int)
    /// So many calls a second over all connections, whether answers come or not. Latency counts
    /// from the time at which a call was due, so a server that stalls is charged for every call
    /// that a steady caller would have made meanwhile.
    case open(callsPerSecond: Double)
  }
}
