import NIOCore
import NIOPosix
import TTRPC

/// Loads any ttrpc or gRPC server with one unary call, from one thread.
public struct LoadGenerator: Sendable {
  private let plan: LoadPlan
  private let clock: any Clock<Duration>

  /// - Parameter clock: measures the warm-up and the duration of the plan.
  public init(_ plan: LoadPlan, clock: any Clock<Duration> = ContinuousClock()) {
    self.plan = plan
    self.clock = clock
  }

  /// Runs the plan.
  ///
  /// - Parameter meter: read when counting begins and when it ends, for instance the processor time
  ///   of the server.
  /// - Throws: `LoadError` when the server goes away or answers nothing; what connecting throws.
  public func run(meter: @Sendable () -> Double = { 0 }) async throws -> LoadReport {
    if plan.dialect == .grpc {
      if plan.greeting != nil { throw LoadError("a greeting is for ttrpc only") }
      if plan.address.isEncrypted { throw LoadError("gRPC is loaded in plain text only") }
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let report = try await run(on: group.next(), meter)
      try await group.shutdownGracefully()
      return report
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
  }

  private func run(
    on loop: any EventLoop,
    _ meter: @Sendable () -> Double
  ) async throws -> LoadReport {
    let full = loop.makePromise(of: Void.self)
    // Nobody may be left to wait for it.
    defer { full.succeed() }
    let recorder = try await loop.submit { [plan] in
      NIOLoopBound(LoadRecorder(on: loop, answersMax: plan.answersMax, full: full), eventLoop: loop)
    }.get()
    let ticker = try await loop.submit { NIOLoopBound(LoadTicker(on: loop), eventLoop: loop) }.get()
    var channels: [any Channel] = []
    for index in 0..<plan.connections {
      channels.append(try await connect(index, recorder, ticker, loop))
    }
    try await clock.sleep(for: plan.warmUp)
    let before = meter()
    try await loop.submit { recorder.value.start() }.get()
    try await wait(for: full)
    let metered = meter() - before
    let (report, trouble) = try await loop.submit {
      (Self.report(recorder.value, metered), Self.trouble(recorder.value))
    }.get()
    for channel in channels { try? await channel.close() }
    if let trouble { throw LoadError(trouble) }
    if report.answers == 0 { throw LoadError("the server answered nothing") }
    return report
  }

  /// Waits until the duration is over, or there are answers enough.
  private func wait(for full: EventLoopPromise<Void>) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { full.succeed() }
        try await clock.sleep(for: plan.duration)
      }
      try await full.futureResult.get()
      group.cancelAll()
    }
  }

  private static func report(_ recorder: LoadRecorder, _ metered: Double) -> LoadReport {
    let seconds = recorder.stop()
    return LoadReport(
      answers: recorder.answers,
      failures: recorder.failures,
      seconds: seconds,
      latencies: recorder.latencies,
      metered: metered
    )
  }

  private static func trouble(_ recorder: LoadRecorder) -> String? {
    if recorder.greetingsRefused > 0 { return "the server refused the first call" }
    if recorder.connectionsLost > 0 {
      return "the server closed \(recorder.connectionsLost) connections"
    }
    return nil
  }

  private func connect(
    _ index: Int,
    _ recorder: NIOLoopBound<LoadRecorder>,
    _ ticker: NIOLoopBound<LoadTicker>,
    _ loop: any EventLoop
  ) async throws -> any Channel {
    let dialing = ClientDialing(address: plan.address, timeout: .seconds(10), tls: plan.tls)
    let channel = try await dialing.connect(on: loop) { [plan] channel in
      let pipeline = channel.pipeline.syncOperations
      switch plan.dialect {
      case .ttrpc:
        try pipeline.addHandler(TTRPCLoadHandler(plan, index: index, recorder.value, ticker.value))
      case .grpc:
        try pipeline.addHandlers(
          GRPCLoadHandler.http2(),
          GRPCLoadHandler(plan, index: index, recorder.value, ticker.value)
        )
      }
    }
    try await channel.setOption(
      .recvAllocator,
      value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 65536, maximum: 1 << 20)
    ).get()
    return channel
  }
}
