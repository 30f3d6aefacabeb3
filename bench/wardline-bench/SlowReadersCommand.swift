import ArgumentParser
import LoadGeneration
import NIOCore
import NIOPosix
import TTRPC
import WardlineAPI

/// What subscribers that stop reading cost the others, and the server.
struct SlowReadersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slow-readers",
    abstract: "Measure the others while some subscribers stop reading with their sockets open.",
    discussion: """
      Sends at a steady rate to all subscribers, first while all read, then for as long while some \
      do not, and then lets those read on. A message takes from before its send until a subscriber \
      has read it.
      """
  )

  @Option(help: "Subscribers, each with a connection of its own.")
  var subscribers = 1_000
  @Option(help: "How many of them stop reading.")
  var stopped = 10
  @Option(help: "Seconds of each of the two measurements.")
  var seconds = 60
  @Option(help: "Messages a second, to each of the subscribers.")
  var rate = 20
  @Option(help: "Bytes of a message.")
  var bytes = 1_000
  @Flag(help: "Print one line of JSON.")
  var json = false

  func run() async throws {
    await CPUAffinity.pinThisProcess(to: 1)
    try await ServerProcess.run("chat-server") { server in
      guard case .tcp(let host, let port) = server.address else {
        throw LoadError("the server listens on no port")
      }
      var all: [TimedSubscriber] = []
      for _ in 0..<subscribers { all.append(try await TimedSubscriber(to: host, port)) }
      let sender = try await ClientConnection.connect(
        to: server.address,
        on: MultiThreadedEventLoopGroup.singleton
      )
      let greeting = AuthenticateRequest(token: ChatBench.sender)
      _ = try await SessionClient(sender).authenticate(greeting)
      while !all.allSatisfy({ $0.isLive }) {
        guard all.allSatisfy({ $0.isWhole }) else { throw LoadError("a subscription was refused") }
        try await Task.sleep(for: .milliseconds(10))
      }
      try await measure(all, sender, server)
      for subscriber in all { await subscriber.close() }
      await sender.close()
    }
  }

  private func measure(
    _ all: [TimedSubscriber],
    _ sender: ClientConnection,
    _ server: ServerProcess
  ) async throws {
    let (slow, others) = (all.prefix(stopped), Array(all.dropFirst(stopped)))
    // For the caches of the server.
    try await wait(for: others, upTo: try await send(sender, seconds: max(1, seconds / 4)))
    for subscriber in all { _ = subscriber.takeLatencies() }
    let before = server.residentBytes()
    try await wait(for: others, upTo: try await send(sender, seconds: seconds))
    let baseline = Quantiles(others)
    let between = server.residentBytes()
    for subscriber in slow { try await subscriber.reads(false) }
    try await wait(for: others, upTo: try await send(sender, seconds: seconds))
    let disturbed = Quantiles(others)
    let growth = (server.residentBytes() - between) - (between - before)
    for subscriber in slow { try await subscriber.reads(true) }
    try await wait(for: all, upTo: try await send(sender, seconds: 1))
    let areWhole = all.allSatisfy { $0.isWhole }
    let memory = growth / max(stopped, 1)
    if json {
      print(
        "{\"baseline\": \(baseline.json), \"disturbed\": \(disturbed.json), "
          + "\"bytes\": \(memory), \"is_whole\": \(areWhole)}"
      )
    } else {
      tell(baseline, disturbed, memory, areWhole)
    }
    if !areWhole { throw ExitCode.failure }
  }

  private func tell(
    _ baseline: Quantiles,
    _ disturbed: Quantiles,
    _ memory: Int,
    _ areWhole: Bool
  ) {
    print(
      "\(subscribers) subscribers, \(rate) messages of \(bytes) bytes a second, \(seconds) s each"
    )
    print("all read:          \(baseline)")
    print("\(stopped) do not:  \(disturbed) of the others")
    print("p99 ratio:         \(disturbed.p99 / max(baseline.p99, 1))")
    print("memory of each:    \(memory) bytes beyond the growth while all read")
    print("everything came:   \(areWhole ? "once and in order, to all" : "NO")")
  }

  /// - Returns: the sequence of the last message.
  private func send(_ sender: ClientConnection, seconds: Int) async throws -> Int64 {
    let padding = String(repeating: "x", count: max(0, bytes - 20))
    let clock = ContinuousClock()
    let start = clock.now
    var last: Int64 = 0
    for number in 0..<seconds * rate {
      try await clock.sleep(until: start + .seconds(1) * number / rate)
      let content = "\(NIODeadline.now().uptimeNanoseconds) \(padding)"
      let request = SendMessageRequest(
        to: .recipientID(ChatBench.recipient),
        content: content
      )
      last = try await MessagesClient(sender).send(request).sequence
    }
    return last
  }

  private func wait(for subscribers: [TimedSubscriber], upTo last: Int64) async throws {
    for _ in 0..<6_000 {
      if subscribers.allSatisfy({ $0.lastSequence >= last }) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw LoadError("a subscriber that reads did not get everything within a minute")
  }
}

/// How long messages took.
private struct Quantiles: CustomStringConvertible {
  /// In microseconds.
  let p50: Double
  let p99: Double

  init(_ subscribers: [TimedSubscriber]) {
    let sorted = subscribers.flatMap { $0.takeLatencies() }.sorted()
    func quantile(_ part: Double) -> Double {
      sorted.isEmpty ? 0 : Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))])
    }
    p50 = quantile(0.5)
    p99 = quantile(0.99)
  }

  var json: String { "{\"p50\": \(p50), \"p99\": \(p99)}" }

  var description: String { "p50 \(p50) us, p99 \(p99) us" }
}
