import RPC
public import TTRPC
import WardlineAPI

/// The events that the caller may see, each once and in order, across lost connections.
///
/// When the connection is lost it tells the reader, waits until there is one again and goes on after
/// the last event that it has delivered. It ends by throwing when trying again is of no use: the caller is not known any
/// more, or the server does not know the cursor. Iterate it from one task; cancelling that task
/// ends it.
public struct EventSubscription: AsyncSequence, Sendable {
  public typealias Element = SubscriptionUpdate
  public typealias Failure = any Error

  private let channel: ClientChannel
  private let start: SubscriptionStart
  private let settings: SubscriptionSettings
  private let clock: any Clock<Duration>
  private let generator: any RandomNumberGenerator & Sendable

  /// - Parameters:
  ///   - channel: the way to the server, which may be shared with other calls.
  ///   - clock: measures the waits.
  ///   - generator: the chance in the waits.
  public init(
    over channel: ClientChannel,
    from start: SubscriptionStart,
    settings: SubscriptionSettings = SubscriptionSettings(),
    clock: any Clock<Duration> = ContinuousClock(),
    generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.channel = channel
    self.start = start
    self.settings = settings
    self.clock = clock
    self.generator = generator
  }

  public func makeAsyncIterator() -> Iterator {
    Iterator(
      channel: channel,
      progress: SubscriptionProgress(start),
      settings: settings,
      clock: clock,
      generator: generator
    )
  }

  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let channel: ClientChannel
    fileprivate var progress: SubscriptionProgress
    fileprivate let settings: SubscriptionSettings
    fileprivate let clock: any Clock<Duration>
    fileprivate var generator: any RandomNumberGenerator & Sendable
    private var stream: MessageStream<SubscribeResponse>.Iterator?
    private var waiting: ArraySlice<SubscriptionUpdate> = []
    private var wait: Duration?
    private var isOver = false

    fileprivate init(
      channel: ClientChannel,
      progress: SubscriptionProgress,
      settings: SubscriptionSettings,
      clock: any Clock<Duration>,
      generator: any RandomNumberGenerator & Sendable
    ) {
      self.channel = channel
      self.progress = progress
      self.settings = settings
      self.clock = clock
      self.generator = generator
    }

    /// The next update.
    ///
    /// - Throws: `RPCError` when the subscription cannot go on; `CancellationError`.
    public mutating func next() async throws -> SubscriptionUpdate? {
      while !isOver {
        if let update = waiting.popFirst() { return update }
        do {
          try await advance()
        } catch let error as RPCError where !Task.isCancelled {
          try ended(error)
        } catch {
          isOver = true
          throw error
        }
      }
      return nil
    }

    /// Takes one step: waits, opens the stream or reads from it.
    private mutating func advance() async throws {
      if let wait {
        self.wait = nil
        try await clock.sleep(for: wait)
      }
      if stream == nil { try await open() }
      guard let response = try await stream?.next() else {
        throw RPCError(.unavailable, "the server has ended the subscription")
      }
      waiting = progress.received(response)[...]
    }

    private mutating func open() async throws {
      let request = progress.start.request(
        heartbeatMilliseconds: settings.heartbeatMilliseconds
      )
      let options = CallOptions(
        // The reader has been told of the loss; from then on the channel knows best when to try.
        waitForReady: progress.failures > 0,
        mayRepeat: false,
        silenceMax: settings.silenceMax
      )
      let messages: MessageStream<SubscribeResponse> = try await channel.serverStreaming(
        EventsMethods.subscribe,
        request,
        options: options
      )
      stream = messages.makeAsyncIterator()
    }

    private mutating func ended(_ error: RPCError) throws {
      stream = nil
      switch progress.ended(error) {
      case .fail(let error):
        isOver = true
        throw error
      case .retry:
        let delay = settings.delay.delay(afterFailures: progress.failures, using: &generator)
        wait = delay
        waiting = [SubscriptionUpdate(.lost(error, retryAfter: delay), cursor: progress.cursor)]
      }
    }
  }
}
