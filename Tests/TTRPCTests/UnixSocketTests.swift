import Foundation
import NIOPosix
import RPC
import TTRPC
import Testing

@Suite("Unix sockets")
struct UnixSocketTests {
  private static let who: [ServerMethod] = [
    .unary(
      "Who",
      .inline { _, context in
        let peer = context.connection.peerCredentials
        return "\(peer.map { "\($0.processID) \($0.userID) \($0.groupID)" } ?? "nobody")"
      }
    ),
    .unary(
      "Name",
      .inline { _, context in "\(context.connection.identity?.subject ?? "nobody")" }
    ),
  ]

  private static func mode(of address: ServiceAddress) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: try #require(address.path))
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test("the process at the other end is known, and mapped to an identity")
  func credentials() async throws {
    let identify: @Sendable (ConnectionContext) -> (any CallerIdentity)? = { context in
      context.peerCredentials.map { NamedIdentity("user \($0.userID)") }
    }
    try await ServerUnderTest.with(
      Self.who,
      at: .temporarySocket(),
      options: ListenerOptions(identify: identify)
    ) { test in
      let client = try await test.client()
      #expect(try await client.call("Who").text == "\(getpid()) \(getuid()) \(getgid())")
      #expect(try await client.call("Name").text == "user \(getuid())")
      await client.close()
    }
  }

  @Test("over TCP there are none")
  func tcp() async throws {
    try await ServerUnderTest.with(Self.who) { test in
      let client = try await test.client()
      #expect(try await client.call("Who").text == "nobody")
      await client.close()
    }
  }

  @Test("the socket's file has the mode that was asked for", arguments: [0o600, 0o660, 0o666])
  func fileMode(mode: UInt16) async throws {
    let options = ListenerOptions(socketMode: mode)
    try await ServerUnderTest.with(Self.who, at: .temporarySocket(), options: options) { test in
      let found = try Self.mode(of: test.address)
      #expect(found == Int(mode))
    }
    try await ServerUnderTest.with(Self.who, at: .temporarySocket()) { test in
      let found = try Self.mode(of: test.address)
      #expect(found == 0o600)
    }
  }

  @Test("what a dead server left behind is replaced, what a live one has is not")
  func stale() async throws {
    let address = ServiceAddress.temporarySocket()
    let path = try #require(address.path)
    try UnixFile.leaveSocket(path)
    try await ServerUnderTest.with(Self.who, at: address) { test in
      await #expect(throws: ListenError.self) { try await test.server.listen(on: address) }
      let client = try await test.client()
      #expect(try await client.call("Name").text == "nobody")
      await client.close()
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("a file that is no socket is never removed")
  func otherFile() async throws {
    let address = ServiceAddress.temporarySocket()
    let path = try #require(address.path)
    try Data("precious".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = await #expect(throws: ListenError.self) {
      try await ServerUnderTest.with(Self.who, at: address) { _ in }
    }
    #expect(error?.description.contains("no socket") == true)
    #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
  }

  @Test("a path of 103 bytes is taken, one more is refused in clear words on both sides")
  func longPath() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "wl\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let fits = folder + "/" + String(repeating: "s", count: 103 - 1 - folder.utf8.count)
    try await ServerUnderTest.with(Self.who, at: .unix(path: fits)) { test in
      let client = try await test.client()
      #expect(try await client.call("Name").text == "nobody")
      await client.close()
      let tooLong = ServiceAddress.unix(path: fits + "s")
      let refused = await #expect(throws: ListenError.self) {
        try await test.server.listen(on: tooLong)
      }
      #expect(refused?.description.contains("103 bytes") == true)
      let error = await #expect(throws: RPCError.self) {
        try await ClientConnection.connect(
          to: tooLong,
          on: MultiThreadedEventLoopGroup.singleton
        )
      }
      #expect(error?.message.contains("103 bytes") == true)
    }
  }
}

extension ServiceAddress {
  var path: String? {
    if case .unix(let path) = self { path } else { nil }
  }
}

enum UnixFile {
  /// Leaves a socket's file that nobody listens on.
  static func leaveSocket(_ path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
  }
}
