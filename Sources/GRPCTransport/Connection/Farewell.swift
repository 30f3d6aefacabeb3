import NIOHTTP2

/// Notes that HTTP/2 has given a connection up by itself, which an error alone does not tell: most
/// errors concern one stream.
///
/// `@unchecked Sendable` is sound because it is touched on the loop of its connection only.
final class Farewell: NIOHTTP2FrameDelegate, @unchecked Sendable {
  private(set) var isSaid = false

  func wroteFrame(_ frame: HTTP2Frame) {
    if case .goAway(_, let code, _) = frame.payload, code != .noError { isSaid = true }
  }
}
