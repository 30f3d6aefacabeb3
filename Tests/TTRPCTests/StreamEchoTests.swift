import NIOCore
import RPC
import TTRPC
import Testing

@Suite("Both sides stream at the same time, client and server of this package")
struct StreamEchoTests {
  private static let methods: [ServerMethod] = [
    .bidirectional(
      .both("Echo"),
      .async { (messages: MessageStream<Bytes>, _, writer: StreamWriter<Bytes>) in
        for try await message in messages { try await writer.write(message) }
      }
    ),
    .clientStreaming(
      .upload("Count"),
      .async { (messages: MessageStream<Bytes>, _) in
        let count = try await messages.reduce(0) { sum, message in sum + message.count }
        return Bytes(ByteBuffer(string: "\(count)"))
      }
    ),
    .clientStreaming(
      .upload("First"),
      .async { (messages: MessageStream<Bytes>, _) in
        for try await message in messages { return message }
        return "none"
      }
    ),
  ]

  private static func client(
    _ test: ServerUnderTest,
    _ configuration: ClientConfiguration
  ) async throws -> ClientConnection {
    try await ClientConnection.connect(
      to: test.address,
      on: test.group,
      configuration: configuration
    )
  }

  private static func configurations() -> [ClientConfiguration] {
    var plain = ClientConfiguration.patient
    plain.negotiatesExtensions = false
    var narrow = ClientConfiguration.patient
    narrow.initialWindow = 1
    return [plain, .patient, narrow]
  }

  @Test(
    "64 MiB of echo come back whole, with windows, with tiny ones and without",
    arguments: 0..<3
  )
  func echo(choice: Int) async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let client = try await Self.client(test, Self.configurations()[choice])
      // A window of one byte lets one message pass at a time.
      let count = choice == 2 ? 64 : 1024
      let stream = try await client.both("Echo") { writer in
        for _ in 0..<count { try await writer.write(Bytes(count: 64 << 10)) }
      }
      var received = 0
      for try await message in stream { received += message.count }
      #expect(received == count * (64 << 10))
      await client.close()
    }
  }

  @Test("messages of every size arrive, the empty ones too", arguments: 0..<3)
  func sizes(choice: Int) async throws {
    let sizes = [0, 1, 0, 65_536, 300 << 10, 0, (4 << 20) - 100, 7, 0]
    try await ServerUnderTest.with(Self.methods) { test in
      let client = try await Self.client(test, Self.configurations()[choice])
      let stream = try await client.both("Echo") { writer in
        for size in sizes { try await writer.write(Bytes(count: size)) }
      }
      let received = try await stream.reduce(into: [Int]()) { $0.append($1.count) }
      #expect(received == sizes)
      let total = try await client.upload("Count") { writer in
        for size in sizes { try await writer.write(Bytes(count: size)) }
      }
      #expect(total.text == "\(sizes.reduce(0, +))")
      await client.close()
    }
  }

  @Test("an answer to the first message ends an upload that would never end", arguments: 0..<3)
  func earlyAnswer(choice: Int) async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let client = try await Self.client(test, Self.configurations()[choice])
      for _ in 0..<10 {
        let answer = try await client.upload("First") { writer in
          while true { try await writer.write("first") }
        }
        #expect(answer.text == "first")
      }
      #expect(client.openStreamCount == 0)
      await client.close()
    }
  }
}
