import RPC
import SeededRandom
import ServerProcess
import TTRPC

/// Everything that can be done over RPC, on a server that is killed in the middle; then everybody
/// catches up with what they missed, and it is killed in the middle of that too.
struct MixedRun {
  static let writerCount = 6

  let clinic: Clinic
  let writers: [MixedWriter]
  let subscribers = Clinic.users.map { MixedSubscriber(user: $0) }
  private(set) var problems: [String] = []

  init(clinic: Clinic, cycleCount: Int) {
    self.clinic = clinic
    writers = (0..<Self.writerCount).map { MixedWriter(number: $0, cycleCount: cycleCount) }
  }

  /// Lets the writers work, and kills the server after so many answers, if it is given a number.
  mutating func write(to server: ServerProcess, killAfter count: Int?) async throws {
    let (writers, clinic) = (writers, clinic)
    try await run(on: server, killAfter: count) { group, tick in
      for writer in writers {
        let connections = try await Self.connections(of: writer, clinic, server)
        group.addTask { await writer.work(connections) { tick() } }
      }
    }
  }

  /// Lets everybody catch up, and kills the server after so many events.
  mutating func catchUp(on server: ServerProcess, killAfter count: Int?) async throws {
    let (subscribers, clinic) = (subscribers, clinic)
    try await run(on: server, killAfter: count) { group, tick in
      for subscriber in subscribers {
        let connection = try await clinic.connect(subscriber.user, to: server)
        group.addTask {
          let error = await subscriber.catchUp(through: connection) { tick() }
          await connection.close()
          return error
        }
      }
    }
  }

  private mutating func run(
    on server: ServerProcess,
    killAfter count: Int?,
    _ start: (
      inout ThrowingTaskGroup<RPCError?, any Error>, _ tick: @escaping @Sendable () -> Void
    ) async throws -> Void
  ) async throws {
    let (ticks, tick) = AsyncStream.makeStream(of: Void.self)
    let errors = try await withThrowingTaskGroup(of: RPCError?.self) { group in
      try await start(&group) { tick.yield() }
      // Whoever is slow is killed early; if all are done before, none is.
      let killer = Task {
        guard let count else { return }
        var left = count
        for await _ in ticks {
          left -= 1
          if left == 0 { break }
        }
        await server.killAtOnce()
      }
      let errors = try await group.reduce(into: []) { $0.append($1) }
      tick.finish()
      await killer.value
      return errors
    }
    let unexpected = errors.compactMap(\.self).filter { $0.code != .unavailable || count == nil }
    problems += unexpected.map { "a call ended with \($0)" }
  }

  /// Everybody whose calls a writer makes.
  private static func connections(
    of writer: MixedWriter,
    _ clinic: Clinic,
    _ server: ServerProcess
  ) async throws -> [String: ClientConnection] {
    var connections: [String: ClientConnection] = [:]
    for user in [writer.owner, MixedCycle.visitor] {
      connections[user] = try await clinic.connect(user, to: server)
    }
    return connections
  }

  /// Has every call made once more: each must get its first answer, and make no event.
  mutating func repeatEverything(on server: ServerProcess) async throws {
    for writer in writers {
      let connections = try await Self.connections(of: writer, clinic, server)
      problems += await writer.repeatEverything(connections)
      for connection in connections.values { await connection.close() }
    }
  }

  /// Compares what everybody was told with what was done, and with what a subscriber is told who
  /// comes now and meets no fault.
  mutating func compare(on server: ServerProcess) async throws {
    for subscriber in subscribers {
      let told = await subscriber.told
      let fresh = MixedSubscriber(user: subscriber.user)
      let connection = try await clinic.connect(subscriber.user, to: server)
      if let error = await fresh.catchUp(through: connection) {
        problems.append("the subscription of \(subscriber.user) ended with \(error)")
      }
      await connection.close()
      if await fresh.told != told {
        problems.append("\(subscriber.user) was not told what the log says, or not in its order")
      }
      for writer in writers {
        let group = await writer.group
        let events = told.filter { $0.conversation == group }.map(\.event)
        let expected = await writer.events(for: subscriber.user)
        if events == expected { continue }
        let place = zip(events, expected).enumerated().first { $0.element.0 != $0.element.1 }
        problems.append(
          "\(subscriber.user) was told \(events.count) events of group \(writer.number), not "
            + "\(expected.count); the first difference is \(place.map { "\($0)" } ?? "the end")"
        )
      }
    }
  }
}
