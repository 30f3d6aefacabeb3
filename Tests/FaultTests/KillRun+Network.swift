import RPC
import ServerProcess
import TTRPC

extension KillRun {
  /// Lets everybody work through a bad network until every writer's connection has failed, and ends
  /// the subscribers' then.
  mutating func round(on server: ServerProcess, through network: FaultProxy) async {
    let errors = await withTaskGroup(of: RPCError?.self) { group in
      for subscriber in subscribers {
        group.addTask { [clinic] in
          await Self.attempt {
            let connection = try await clinic.connect(
              subscriber.user,
              to: server,
              port: network.port
            )
            return await subscriber.follow(through: connection)
          }
        }
      }
      group.addTask { [self] in
        let errors = await write(to: server, through: network)
        network.heal()
        return errors.first { $0?.code != .unavailable } ?? RPCError(.unavailable, "all failed")
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let unexpected = errors.filter { $0?.code != .unavailable }
    problems += unexpected.map { "a call ended with \($0.map(String.init(describing:)) ?? "OK")" }
  }

  private func write(to server: ServerProcess, through network: FaultProxy) async -> [RPCError?] {
    await withTaskGroup(of: RPCError?.self) { group in
      for writer in writers {
        group.addTask { [clinic] in
          await Self.attempt {
            let connection = try await clinic.connect(writer.sender, to: server, port: network.port)
            return await writer.write(through: connection) {}
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// What a connection through a bad network ends with, also when it never came about.
  private static func attempt(_ body: () async throws -> RPCError?) async -> RPCError? {
    do {
      return try await body()
    } catch {
      return error as? RPCError ?? RPCError(.unknown, "\(error)")
    }
  }
}
