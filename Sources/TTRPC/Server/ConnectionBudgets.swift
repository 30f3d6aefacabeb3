import NIOCore
import RPC
import TTRPCWire

/// What a client may do so often, or so much of, and no more. Keeps no clock.
struct ConnectionBudgets {
  var cancels: RateBudget
  var pings: RateBudget
  private var opens: RateBudget?
  private var abandonedOpens: RateBudget?
  private var skippable: Int
  /// Whether an open may be one too many: the one thing that every call asks.
  private var mayRefuseOpens: Bool

  init(_ configuration: ServerConfiguration) {
    cancels = RateBudget(
      burst: configuration.cancelBurst,
      perSecond: configuration.cancelsPerSecond
    )
    pings = RateBudget(burst: configuration.pingBurst, perSecond: configuration.pingsPerSecond)
    opens = Self.perSecond(configuration.opensPerSecond)
    abandonedOpens = Self.perSecond(configuration.abandonedOpensPerSecond)
    skippable = configuration.skippedBytesMax
    mayRefuseOpens = opens != nil
  }

  /// A budget of one second's worth at once; nil for one without an end.
  private static func perSecond(_ count: Int) -> RateBudget? {
    count > 0 ? RateBudget(burst: count, perSecond: count) : nil
  }

  // MARK: Opens

  /// A call is being opened.
  ///
  /// - Returns: the limit that keeps it from being; nil when it may be.
  mutating func refusal(ofOpenAt time: NIODeadline) -> ServerLimit? {
    mayRefuseOpens ? slowRefusal(at: Int64(clamping: time.uptimeNanoseconds)) : nil
  }

  private mutating func slowRefusal(at time: Int64) -> ServerLimit? {
    if abandonedOpens?.hasRoom(at: time) == false { return .abandonedOpensPerSecond }
    mayRefuseOpens = opens != nil
    return opens?.spend(at: time) == false ? .opensPerSecond : nil
  }

  /// The client has given up a call whose handler runs.
  mutating func abandoned(at time: NIODeadline) {
    let time = Int64(clamping: time.uptimeNanoseconds)
    guard abandonedOpens?.spend(at: time) != nil else { return }
    if abandonedOpens?.hasRoom(at: time) == false { mayRefuseOpens = true }
  }

  // MARK: Bytes

  /// So many bytes of a frame over the limit will be skipped.
  ///
  /// - Returns: false when these are too many.
  mutating func skip(_ byteCount: Int) -> Bool {
    skippable -= byteCount
    return skippable >= 0
  }
}
