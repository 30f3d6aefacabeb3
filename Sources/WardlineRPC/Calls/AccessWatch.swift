import NIOCore
import RPC

/// Runs what may take long for as long as somebody may have it.
struct AccessWatch: Sendable {
  let loop: any EventLoop
  /// How soon the loss of a right ends what is under way.
  let interval: TimeAmount

  /// - Parameters:
  ///   - demandAccess: throws when the right is lost, which cancels `body` and is thrown in its place.
  ///   - body: what may take long.
  func run(
    demandAccess: @escaping @Sendable () async throws -> Void,
    _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await body() }
      group.addTask {
        while true {
          try await pause()
          try await demandAccess()
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func pause() async throws {
    let pause = loop.scheduleTask(in: interval) {}
    do {
      try await withTaskCancellationHandler {
        try await pause.futureResult.get()
      } onCancel: {
        pause.cancel()
      }
    } catch is EventLoopError {
      // The loop's word for it. Nobody waits for what was watched: that is no failure.
      throw CancellationError()
    }
  }
}
