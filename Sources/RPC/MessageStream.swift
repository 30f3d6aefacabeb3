import NIOCore

/// The messages that a peer sends on a stream, in order, each once.
///
/// Iterate it from one task. Leaving the loop early, or never entering it, gives the stream up.
public struct MessageStream<Message: RPCMessage>: AsyncSequence, Sendable {
  public typealias Element = Message
  public typealias Failure = any Error

  private let lifetime: Lifetime

  public init(_ payloads: PayloadQueue) {
    lifetime = Lifetime(payloads)
  }

  public func makeAsyncIterator() -> Iterator {
    Iterator(lifetime: Lifetime(lifetime.payloads, within: lifetime))
  }

  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let lifetime: Lifetime

    /// The next message; nil when the peer has ended the stream well.
    ///
    /// - Throws: `RPCError` with the status that ended the stream, or what decoding throws.
    public func next(isolation actor: isolated (any Actor)?) async throws -> Message? {
      guard let payload = try await lifetime.payloads.next() else { return nil }
      return try Message(decoding: payload.readableBytesSpan)
    }

    public func next() async throws -> Message? {
      try await next(isolation: nil)
    }
  }

  /// Tells the queue when the iterator is gone, or the stream without one, so that nothing is kept
  /// for a reader that left. An iterator holds its stream's: it may outlive the stream.
  fileprivate final class Lifetime: Sendable {
    let payloads: PayloadQueue
    private let outer: Lifetime?

    init(_ payloads: PayloadQueue, within outer: Lifetime? = nil) {
      self.payloads = payloads
      self.outer = outer
    }

    deinit {
      payloads.abandon()
    }
  }
}
