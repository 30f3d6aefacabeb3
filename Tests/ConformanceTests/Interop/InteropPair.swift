import Interop
import Testing

/// A client and a server that meet.
struct InteropPair: Sendable, CustomTestStringConvertible {
  let client: InteropPeer
  let server: InteropPeer
  var extensions = false

  static let all = [
    InteropPair(client: .ours, server: .ours),
    InteropPair(client: .ours, server: .ours, extensions: true),
    InteropPair(client: .ours, server: .python),
    InteropPair(client: .ours, server: .python, extensions: true),
    InteropPair(client: .ours, server: .go),
    InteropPair(client: .ours, server: .rust),
    InteropPair(client: .python, server: .ours),
    InteropPair(client: .python, server: .ours, extensions: true),
    InteropPair(client: .go, server: .ours),
    InteropPair(client: .rust, server: .ours),
  ]

  var testDescription: String {
    "\(client.rawValue) → \(server.rawValue)\(extensions ? ", extensions" : "")"
  }

  /// Why a case cannot run between the two; nil when it runs.
  func obstacle(to interopCase: InteropCase) -> Obstacle? {
    let hasStreams = client.hasStreams && server.hasStreams
    switch interopCase {
    case .clientStreaming, .serverStreaming, .pingPong, .emptyStream, .cancelAfterFirstResponse:
      return hasStreams ? nil : .unaryOnly
    case .keepalive: return extensions ? nil : .noPing
    case .streamLimit: return server.hasStreams ? nil : .noLimit
    case .unimplementedMethod, .unimplementedService:
      return server == .rust ? .anotherCode : nil
    default: return nil
    }
  }

  /// The cases that run, in their order.
  var cases: [InteropCase] { InteropCase.allCases.filter { obstacle(to: $0) == nil } }
}

/// Why a case cannot run with a peer.
enum Obstacle: Int, CaseIterable, Sendable {
  case unaryOnly = 1
  case noPing
  case noLimit
  case anotherCode

  var reason: String {
    switch self {
    case .unaryOnly: "that library knows unary calls only"
    case .noPing: "ttrpc has no ping; the case needs the extensions"
    case .noLimit: "that library runs any number of calls at the same time"
    case .anotherCode: "that library answers INVALID_ARGUMENT instead of UNIMPLEMENTED"
    }
  }
}
