import ArgumentParser
import BenchAPI
import Logging
import NIOPosix
import RPC
import TTRPC

/// The echo service on one loop.
struct EchoServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "echo-server",
    abstract: "Serve the echo service until killed."
  )

  func run() async throws {
    let server = try Server(
      methods: EchoHandler().methods,
      interceptors: [CountingInterceptor()],
      on: MultiThreadedEventLoopGroup(numberOfThreads: 1),
      logger: Logger(label: "echo")
    )
    print(try await server.listen(on: .tcp(host: "127.0.0.1", port: 0)))
    fflush(nil)
    try await Task.sleep(for: .seconds(24 * 60 * 60))
  }
}

struct EchoHandler: EchoService {
  var inline: UnaryHandler<Payload, Payload> {
    .inline { payload, _ in payload }
  }
  var deferred: UnaryHandler<Payload, Payload> {
    .deferred { payload, _, reply in reply.succeed(payload) }
  }
  var async: UnaryHandler<Payload, Payload> {
    .async { payload, _ in payload }
  }
  var suspending: UnaryHandler<Payload, Payload> {
    .async { payload, _ in
      await Task.yield()
      return payload
    }
  }
}
