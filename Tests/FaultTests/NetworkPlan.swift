import NIOCore

/// How one direction of a connection through a `FaultProxy` goes wrong.
struct NetworkPlan: Sendable {
  enum End: Sendable, CaseIterable {
    /// Both sides are told that the connection is over.
    case cut
    /// Both sides get a reset.
    case reset
    /// Nothing passes any more, and nobody is told for some time.
    case silence
  }

  /// Bytes that pass before the end.
  var bytes: Int
  var end: End
  /// Bytes that are passed on in one piece.
  var piece: Int
  /// How long each piece takes.
  var delay: TimeAmount

  static func random(
    upTo bytesMax: Int,
    using generator: inout some RandomNumberGenerator
  ) -> NetworkPlan {
    let slow = Int.random(in: 0..<4, using: &generator) == 0
    return NetworkPlan(
      bytes: Int.random(in: 0...bytesMax, using: &generator),
      end: End.allCases.randomElement(using: &generator) ?? .cut,
      piece: slow ? Int.random(in: 1...9, using: &generator) : 64 << 10,
      delay: .microseconds(slow ? 50 : Int64.random(in: 0...2_000, using: &generator))
    )
  }
}
