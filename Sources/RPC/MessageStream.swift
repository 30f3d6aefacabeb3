import NIOCore

/// The messages that a peer sends on a stream, in order, each once.
///
/// Iterate it from one task. Leaving the loop early, or never entering it, gives the stream up.
public struct MessageStream<Message: RPCMessage>: AsyncSequence, Sendable {
  public typealias Element = Message
  public typealias Failure = any Error

  fileprivate enum Source {
    case payloads(PayloadQueue)
    case messages(any MessageSource<Message>)
  }

  private let lifetime: Lifetime

  public init(_ payloads: PayloadQueue) {
    lifetime = Lifetime(.payloads(payloads))
  }

  public init(_ source: any MessageSource<Message>) {
    lifetime = Lifetime(.messages(source))
  }

  public func makeAsyncIterator() -> Iterator {
    Iterator(lifetime: Lifetime(lifetime.source, within: lifetime))
  }

  public struct Iterator: AsyncIteratorProtocol, Sendable {
    fileprivate let lifetime: Lifetime

    /// The next message; nil when the peer has ended the stream well.
    ///
    /// - Throws: `RPCError` with the status that ended the stream, or what decoding throws.
    public func next(isolation actor: isolated (any Actor)?) async throws -> Message? {
      switch lifetime.source {
      case .payloads(let payloads):
        guard let payload = try await payloads.next() else { return nil }
        return try Message(decoding: payload.readableBytesSpan)
      case .messages(let source): return try await source.next()
      }
    }

    public func next() async throws -> Message? {
      try await next(isolation: nil)
    }

    /// Ends the stream at once, from whichever task: what waits in it is dropped, and the reader gets
    /// the error. Of a stream that has ended already nothing changes.
    public func giveUp(_ error: RPCError) {
      switch lifetime.source {
      case .payloads(let payloads): payloads.giveUp(error)
      case .messages(let source): source.abandon()
      }
    }
  }

  /// Tells the source when the iterator is gone, or the stream without one, so that nothing is kept
  /// for a reader that left. An iterator holds its stream's: it may outlive the stream.
  fileprivate final class Lifetime: Sendable {
    let source: Source
    private let outer: Lifetime?

    init(_ source: Source, within outer: Lifetime? = nil) {
      self.source = source
      self.outer = outer
    }

    deinit {
      switch source {
      case .payloads(let payloads): payloads.abandon()
      case .messages(let source): source.abandon()
      }
    }
  }
}
