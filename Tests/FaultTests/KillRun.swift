import RPC
import ServerProcess
import TTRPC

/// Writers and subscribers whose server is killed under them, again and again.
struct KillRun {
  static let writerCount = 32

  let clinic: Clinic
  let writers = (0..<KillRun.writerCount).map { Writer(number: $0) }
  let subscribers = Clinic.users.map { Subscriber(user: $0) }
  /// What went wrong that is not in the history.
  var problems: [String] = []
  private(set) var startTimes: [Duration] = []

  init(clinic: Clinic) {
    self.clinic = clinic
  }

  /// Lets everybody work until that many messages have been answered or pushed in all, kills the
  /// server in the middle of it, and waits until everybody has noticed.
  mutating func round(on server: ServerProcess, killAfter count: Int) async throws {
    startTimes.append(server.startTime)
    let (ticks, tick) = AsyncStream.makeStream(of: Void.self)
    let errors = try await withThrowingTaskGroup(of: RPCError?.self) { group in
      for writer in writers {
        let connection = try await writer.connect(clinic, to: server)
        group.addTask { await writer.write(through: connection) { tick.yield() } }
      }
      for subscriber in subscribers {
        let connection = try await clinic.connect(subscriber.user, to: server)
        group.addTask { await subscriber.follow(through: connection) { tick.yield() } }
      }
      var errors: [RPCError?] = []
      group.addTask {
        for await _ in ticks.prefix(count) {}
        await server.killAtOnce()
        return RPCError(.unavailable, "killed")
      }
      for try await error in group {
        errors.append(error)
        // If nobody is left to work, the server is killed now.
        if errors.count == writers.count + subscribers.count { tick.finish() }
      }
      return errors
    }
    let unexpected = errors.filter { $0?.code != .unavailable }
    problems += unexpected.map { "a call ended with \($0.map(String.init(describing:)) ?? "OK")" }
  }

  /// Sends what is unanswered, lets every subscriber see what is stored, and collects it all.
  mutating func settle(on server: ServerProcess) async throws -> History {
    startTimes.append(server.startTime)
    var history = History()
    for writer in writers {
      let connection = try await writer.connect(clinic, to: server)
      try await writer.settle(through: connection)
      await connection.close()
      history.attempted.formUnion(await writer.attempted)
      history.acknowledged += await writer.acknowledged
    }
    for subscriber in subscribers {
      let connection = try await clinic.connect(subscriber.user, to: server)
      let listing = try await Listing.all(connection)
      history.stored.merge(listing) { _, new in new }
      let count = listing.values.reduce(0) { $0 + $1.count }
      if let error = await subscriber.follow(through: connection, untilSeen: count) {
        problems.append("the subscription of \(subscriber.user) ended with \(error)")
      }
      await connection.close()
      history.subscribers.append(
        .init(
          name: subscriber.user,
          conversations: Set(listing.keys),
          messages: await subscriber.messages
        )
      )
    }
    return history
  }
}
