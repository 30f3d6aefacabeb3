import NIOCore
import NIOHPACK
import NIOHTTP2
import RPC
import Synchronization
import Testing

@testable import GRPCTransport

@Suite("The life of gRPC calls and connections")
struct LifeTests {
  /// Calls that have ended, by what their handlers noticed.
  private final class Notes: Sendable {
    private let texts = Mutex<[String]>([])
    func add(_ text: String) { texts.withLock { $0.append(text) } }
    var all: [String] { texts.withLock { $0 } }
  }

  private static func methods(_ notes: Notes) -> [ServerMethod] {
    [
      .unary("Echo", .inline { request, _ in request }),
      .unary(
        "Never",
        .async { _, _ in
          do {
            try await untilCancelled()
          } catch {
            notes.add("cancelled")
          }
          return Bytes()
        }
      ),
      .stream(
        "Open",
        .deferred { _, _, stream in
          _ = stream.send("begun")
          stream.onEnd { notes.add("ended") }
          stream.onDrain {
            notes.add("draining")
            stream.finish()
          }
        }
      ),
      .clientStream(
        "Take",
        .async { requests, _ in
          for try await _ in requests {}
          return "all"
        }
      ),
    ]
  }

  // MARK: Cancellation

  @Test("a deadline that passes ends the call and cancels its handler")
  func deadline() async throws {
    let notes = Notes()
    try await GRPCServerUnderTest.with(Self.methods(notes)) { test in
      let client = try await test.client()
      // It counts from the headers on: long enough for the message to come, and the handler to begin.
      let answer = try await client.call("Never", "", [("grpc-timeout", "2S")])
      #expect(answer.status == "4")
      try await eventually("the handler is cancelled") { notes.all == ["cancelled"] }
    }
  }

  @Test("a deadline passes for a call whose message never comes")
  func deadlineWithoutMessage() async throws {
    try await GRPCServerUnderTest.with(Self.methods(Notes())) { test in
      let client = try await test.client()
      let id = client.open("Echo", [("grpc-timeout", "20m")])
      #expect(try await client.end(of: id).status == "4")
    }
  }

  @Test("a stream that the client resets ends its handler, and a lost connection ends them all")
  func cancellation() async throws {
    let notes = Notes()
    try await GRPCServerUnderTest.with(Self.methods(notes)) { test in
      let client = try await test.client()
      let id = client.open("Open")
      client.sendMessage("", on: id, isLast: true)
      try await eventually("it has begun") { client.answer(id).texts == ["begun"] }
      client.reset(id)
      try await eventually("it has ended") { notes.all == ["ended"] }
      let never = client.open("Never")
      client.sendMessage("", on: never, isLast: true)
      #expect(try await client.call("Echo", "still").texts == ["still"])
      try await client.close()
      try await eventually("the handler is cancelled") { notes.all == ["ended", "cancelled"] }
      try await eventually("the connection is gone") { test.server.connectionCount == 0 }
    }
  }

  // MARK: Limits

  @Test("a message over the limit exhausts, and the connection serves on")
  func messageLimit() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.messageLengthMax = 100
    try await GRPCServerUnderTest.with(Self.methods(Notes()), configuration: configuration) {
      test in
      let client = try await test.client()
      let id = client.open("Echo")
      var prefix = ByteBuffer()
      prefix.writeMultipleIntegers(UInt8(0), UInt32(101))
      client.send(prefix, on: id)
      let answer = try await client.end(of: id)
      #expect(answer.status == "8")
      #expect(answer.message == "the message has 101 bytes; the limit is 100")
      client.send(ByteBuffer(repeating: 0, count: 101), on: id, isLast: true)
      #expect(try await client.call("Echo", "fine").texts == ["fine"])
    }
  }

  @Test("metadata over the limit exhausts")
  func metadataLimit() async throws {
    try await GRPCServerUnderTest.with(Self.methods(Notes())) { test in
      let client = try await test.client()
      let long = String(repeating: "x", count: 8 << 10)
      #expect(try await client.call("Echo", "", [("k", long)]).status == "8")
      let many = (0..<65).map { ("k\($0)", "") }
      #expect(try await client.call("Echo", "", many).status == "8")
    }
  }

  @Test("messages that are never complete are held to a limit on a connection")
  func incomplete() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.inboundBytesMax = 100_000
    configuration.messageLengthMax = 60_000
    try await GRPCServerUnderTest.with(Self.methods(Notes()), configuration: configuration) {
      test in
      let client = try await test.client()
      let ids = (0..<3).map { _ in client.open("Echo") }
      var prefix = ByteBuffer()
      prefix.writeMultipleIntegers(UInt8(0), UInt32(50_000))
      for id in ids {
        client.send(prefix, on: id)
        for _ in 0..<4 { client.send(ByteBuffer(repeating: 0, count: 10_000), on: id) }
      }
      let last = try await client.end(of: ids[2])
      #expect(last.status == "8")
      #expect(!client.answer(ids[0]).isEnded)
    }
  }

  @Test("more calls at once than the limit: HTTP/2 does not let them be opened")
  func calls() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.callsPerConnectionMax = 2
    try await GRPCServerUnderTest.with(Self.methods(Notes()), configuration: configuration) {
      test in
      let client = try await test.client()
      try await eventually("the settings have come") { client.now.granted[0] ?? 0 > 0 }
      let ids = (0..<3).map { _ in
        let id = client.open("Open")
        client.sendMessage("", on: id, isLast: true)
        return id
      }
      try await eventually("two have begun") {
        ids.count { client.answer($0).texts == ["begun"] } == 2
      }
      client.reset(ids[0])
      try await eventually("the third begins") { client.answer(ids[2]).texts == ["begun"] }
    }
  }

  @Test("pings without end send a client away")
  func pings() async throws {
    try await GRPCServerUnderTest.with(Self.methods(Notes())) { test in
      let client = try await test.client()
      #expect(try await client.call("Echo", "hello").texts == ["hello"])
      for _ in 0..<40 { client.ping() }
      try await eventually("it is sent away") { client.now.goAway == .enhanceYourCalm }
      try await eventually("it is closed") { client.now.isClosed }
      #expect(client.now.pongs > 4)
    }
  }

  @Test("calls that are opened and reset without end send a client away")
  func resets() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.cancelBurst = 5
    configuration.cancelsPerSecond = 0
    try await GRPCServerUnderTest.with(Self.methods(Notes()), configuration: configuration) {
      test in
      let client = try await test.client()
      for _ in 0..<10 {
        let id = client.open("Open")
        client.sendMessage("", on: id, isLast: true)
        client.reset(id)
      }
      try await eventually("it is sent away") { client.now.goAway == .enhanceYourCalm }
      try await eventually("it is closed") { client.now.isClosed }
      try await eventually("nothing is left of it") { test.server.connectionCount == 0 }
    }
  }

  // MARK: Time

  @Test("a connection on which no call is made is closed")
  func firstCall() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.firstCallTimeout = .milliseconds(20)
    try await GRPCServerUnderTest.with(Self.methods(Notes()), configuration: configuration) {
      test in
      let client = try await test.client()
      try await eventually("it is closed") { client.now.isClosed }
    }
  }

  @Test("a silent client is sent pings, and stays when it answers them")
  func keepalive() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.keepaliveInterval = .milliseconds(10)
    try await GRPCServerUnderTest.with(Self.methods(Notes()), configuration: configuration) {
      test in
      let client = try await test.client()
      #expect(try await client.call("Echo", "a").texts == ["a"])
      try await eventually("pings have come") { client.now.pings > 2 }
      #expect(try await client.call("Echo", "b").texts == ["b"])
    }
  }

  @Test("a client that answers no ping is left")
  func lostClient() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.keepaliveInterval = .milliseconds(10)
    configuration.keepaliveTimeout = .milliseconds(10)
    try await GRPCServerUnderTest.with(Self.methods(Notes()), configuration: configuration) {
      test in
      let peer = try await RawPeer(port: test.port)
      peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
      try await eventually("it is closed") { peer.isClosed }
    }
  }

  @Test("a connection that nobody uses is given back")
  func idle() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.idleTimeout = .milliseconds(20)
    try await GRPCServerUnderTest.with(Self.methods(Notes()), configuration: configuration) {
      test in
      let client = try await test.client()
      #expect(try await client.call("Echo", "a").texts == ["a"])
      try await eventually("it is closed") { client.now.isClosed }
      #expect(client.now.goAway == .noError)
    }
  }

  // MARK: Ends

  @Test("a server that stops says so, lets streams end, and closes")
  func drain() async throws {
    let notes = Notes()
    try await GRPCServerUnderTest.with(Self.methods(notes)) { test in
      let client = try await test.client()
      let id = client.open("Open")
      client.sendMessage("", on: id, isLast: true)
      try await eventually("it has begun") { client.answer(id).texts == ["begun"] }
      await test.server.shutdown(grace: .seconds(60))
      #expect(notes.all == ["draining", "ended"])
      try await eventually("everything has come") { client.now.isClosed }
      #expect(client.now.goAway == .noError)
      #expect(client.answer(id).status == "0")
    }
  }

  @Test("what still runs when the time is over is answered with UNAVAILABLE")
  func endDrain() async throws {
    let notes = Notes()
    try await GRPCServerUnderTest.with(Self.methods(notes)) { test in
      let client = try await test.client()
      let id = client.open("Never")
      client.sendMessage("", on: id, isLast: true)
      #expect(try await client.call("Echo", "x").texts == ["x"])
      await test.server.shutdown(grace: .milliseconds(10))
      try await eventually("it is closed") { client.now.isClosed }
      #expect(client.answer(id).status == "14")
      #expect(notes.all == ["cancelled"])
    }
  }

  @Test("another protocol is not answered")
  func foreign() async throws {
    try await GRPCServerUnderTest.with(Self.methods(Notes())) { test in
      let peer = try await RawPeer(port: test.port)
      peer.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n")
      try await eventually("it is closed") { peer.isClosed }
      #expect(try await test.client().call("Echo", "x").texts == ["x"])
    }
  }
}
