import Foundation
import InteropAPI
import NIOPosix
import RPC
import ServerProcess
import TTRPC
import Testing

@Suite("History: a peer that is gone at once")
struct LostPeerTests {
  /// A unary call and a stream with a message, of which no byte is special.
  private static func frames() -> [UInt8] {
    let service = Array("wardline.interop.v1.Interop".utf8)
    func frame(_ stream: UInt8, _ type: UInt8, _ flags: UInt8, _ data: [UInt8]) -> [UInt8] {
      [0, 0, 0, UInt8(data.count), 0, 0, 0, stream, type, flags] + data
    }
    func request(_ name: String) -> [UInt8] {
      [0x0a, UInt8(service.count)] + service + [0x12, UInt8(name.utf8.count)] + Array(name.utf8)
    }
    return frame(1, 1, 0, request("EmptyCall")) + frame(3, 1, 2, request("FullDuplexCall"))
      + frame(3, 3, 0, [0x0a, 0x02, 0x08, 0x01])
  }

  @Test(
    "T#123, T#71, T#61: a reset at any byte of a frame leaves no descriptor open",
    .timeLimit(.minutes(2)),
    .enabled("only Linux shows a process's descriptors in /proc") {
      FileManager.default.fileExists(atPath: "/proc/self/fd")
    }
  )
  func reset() async throws {
    let server = try await InteropPeer.ours.startServer(extensions: false)
    let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
    func openDescriptors() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.pid)/fd").count
    }
    // Not the first one: a process opens things when it is first used.
    try ResetSocket.send([], toPort: port)
    try await usable(server)
    let before = try openDescriptors()
    let bytes = Self.frames()
    for offset in 0...bytes.count { try ResetSocket.send(bytes.prefix(offset), toPort: port) }
    try await usable(server)
    try await eventually("as many descriptors as before") { try openDescriptors() <= before }
    await server.killAtOnce()
  }

  private func usable(_ server: ListeningProcess) async throws {
    let result = try await InteropPeer.ours.run(
      ["empty_unary", "server_streaming"],
      at: server.address,
      extensions: false,
      server: .ours
    )
    #expect(result.status == 0)
  }

  @Test(
    "R#135, R#86: every one of 1,000 calls fails when its server is killed",
    .timeLimit(.minutes(1))
  )
  func killed() async throws {
    let server = try await InteropPeer.ours.startServer(extensions: false)
    let address = try #require(ServiceAddress(server.address))
    var connections: [ClientConnection] = []
    for _ in 0..<20 {
      connections.append(
        try await .connect(to: address, on: MultiThreadedEventLoopGroup.singleton)
      )
    }
    let codes = try await withThrowingTaskGroup(of: StatusCode?.self) { group in
      for (index, connection) in connections.enumerated() {
        for number in 0..<50 { group.addTask { await endOfCall("\(index)-\(number)", connection) } }
      }
      for (index, connection) in connections.enumerated() {
        for number in 0..<50 {
          _ = try await ControlClient(connection).begun(InteropAPI.Tag(tag: "\(index)-\(number)"))
        }
      }
      await server.killAtOnce()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(codes == Array(repeating: .unavailable, count: 1000))
    for connection in connections {
      await connection.waitUntilClosed()
      #expect(connection.openStreamCount == 0)
    }
  }

  /// The status of a call that waits for a minute; nil if it is answered.
  private func endOfCall(_ tag: String, _ connection: ClientConnection) async -> StatusCode? {
    do {
      let request = SimpleRequest(delayMs: 60_000, tag: tag)
      _ = try await InteropClient(connection).unaryCall(request)
      return nil
    } catch {
      return (error as? RPCError)?.code ?? .unknown
    }
  }
}
