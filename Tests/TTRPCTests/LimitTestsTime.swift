import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Limits of time")
struct TimeLimitTests {
  private static let echo: [ServerMethod] = [.unary("Echo", .inline { request, _ in request })]

  @Test("a connection without a first call is closed, one that has made a call is not")
  func firstCall() async throws {
    var configuration = ServerConfiguration()
    configuration.firstCallTimeout = .seconds(3)
    try await ServerUnderTest.with(Self.echo, configuration: configuration) { test in
      let used = try await test.peer()
      try await used.send(RequestBytes(method: "Echo").frame(1))
      _ = try await used.frames(of: 1)
      let silent = try await test.peer()
      let halfway = try await test.peer()
      try await halfway.send(ByteBuffer(bytes: [0, 0]))
      try await eventually("both were closed") { !silent.isActive && !halfway.isActive }
      #expect(used.isActive)
      try await used.close()
    }
  }

  @Test("a peer that leaves its answers unread is closed, one that reads them is not")
  func unread() async throws {
    var configuration = ServerConfiguration()
    configuration.unreadTimeout = .seconds(4)
    let written = Counter()
    let much = ServerMethod.stream(
      "Much",
      .async { _, _, writer in
        for _ in 0..<2000 {
          try await writer.write(Bytes(count: 16 << 10))
          written.add()
        }
      }
    )
    try await ServerUnderTest.with([much] + Self.echo, configuration: configuration) { test in
      let reading = try await test.peer()
      try await reading.send(RequestBytes(method: "Echo").frame(1))
      let deaf = try await test.peer()
      try await deaf.stopReading()
      try await deaf.send(RequestBytes(method: "Much").frame(1))
      try await eventually("the other was closed") { test.server.connectionCount == 1 }
      #expect(reading.isActive)
      #expect(written.value < 2000)
      try await reading.close()
      try? await deaf.close()
    }
  }
}
