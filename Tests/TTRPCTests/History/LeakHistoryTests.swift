import NIOCore
import RPC
import SeededRandom
import TTRPC
import Testing

@Suite("History: something is left behind", .tags(.history))
struct LeakHistoryTests {
  @Test(
    "T#236, T#120, T#241: calls that are answered at once leave no stream behind",
    .timeLimit(.minutes(Soak.isOn ? 60 : 10)),
    arguments: Wire.allCases
  )
  func streamTable(wire: Wire) async throws {
    // One stream that stayed in the table would take the room of a call, and 20,000 all of it.
    let callsAtOnce = 8
    let callsOfEach = Soak.count(2_500, soak: 125_000)
    var configuration = ServerConfiguration.patient
    configuration.handlersPerConnectionMax = callsAtOnce
    let methods: [ServerMethod] = [
      .unary("Inline", .inline { request, _ in request }),
      .unary("Async", .async { request, _ in request }),
      .unary("Fails", .inline { _, _ in throw RPCError(.aborted, "as asked") }),
    ]
    try await ServerUnderTest.with(methods, configuration: configuration) { test in
      let client = try await test.client(wire)
      try await withThrowingTaskGroup { group in
        for number in 0..<callsAtOnce {
          group.addTask {
            for _ in 0..<callsOfEach {
              switch number % 3 {
              case 0: _ = try await client.call("Inline", "x")
              case 1: _ = try await client.call("Async", "x")
              default:
                let error = await #expect(throws: RPCError.self) {
                  try await client.call("Fails", "x")
                }
                #expect(error?.code == .aborted)
              }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(client.openStreamCount == 0)
      await client.close()
    }
  }

  @Test("R#135, R#86: a client that dies with 1,000 calls pending leaves no handler running")
  func killedClient() async throws {
    let running = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Wait",
        .async { request, _ in
          running.add()
          defer { running.add(-1) }
          await untilCancelled()
          throw CancellationError()
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      var requests = ByteBuffer()
      for number in 0..<UInt32(1000) {
        requests.writeImmutableBuffer(RequestBytes(method: "Wait").frame(number * 2 + 1))
      }
      try await peer.send(requests)
      try await eventually("all of them run") { running.value == 1000 }
      try await peer.reset()
      try await eventually("none of them runs") { running.value == 0 }
      try await eventually("the connection is gone") { test.server.connectionCount == 0 }
    }
  }
}
