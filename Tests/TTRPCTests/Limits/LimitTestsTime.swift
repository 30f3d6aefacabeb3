import NIOCore
import NIOEmbedded
import RPC
import TTRPC
import TTRPCWire
import Testing

/// What `LimitTrials` does not say: that a limit of time ends nobody else's connection.
@Suite("Limits of time")
struct TimeLimitTests {
  private let held = Box<[Reply<Bytes>]>([])

  private func server(_ limits: [ServerLimit: Int]) throws -> ServerOnTestLoop {
    var configuration = ServerConfiguration()
    for (limit, value) in limits { configuration[limit] = value }
    let methods: [ServerMethod] = [
      .unary("Echo", .inline { request, _ in request }),
      .unary("Hold", .deferred { [held] _, _, reply in held.change { $0.append(reply) } }),
    ]
    return try ServerOnTestLoop(methods, configuration)
  }

  @Test("an idle connection is closed, one with a running call is not until the call has ended")
  func idle() throws {
    let test = try server([.idleTimeout: 5_000])
    let (busy, idle) = (try test.peer(), try test.peer())
    busy.call("Hold", 1)
    idle.call("Echo", 1)
    test.advance(.milliseconds(12_345))
    #expect(busy.isOpen && !idle.isOpen)
    held.value.first?.succeed("done")
    test.loop.run()
    #expect(busy.isServed(1))
    test.advance(.milliseconds(4_999))
    #expect(busy.isOpen)
    test.advance(.milliseconds(1))
    #expect(!busy.isOpen)
    #expect(try test.count(.idleTimeout) == 2)
  }

  @Test("a connection without a first call is closed, one that has made a call is not")
  func firstCall() throws {
    let test = try server([.firstCallTimeout: 8_000])
    let (used, silent, halfway) = (try test.peer(), try test.peer(), try test.peer())
    used.call("Echo", 1)
    halfway.send(ByteBuffer(bytes: [0, 0]))
    test.advance(.seconds(8))
    #expect(used.isOpen && !silent.isOpen && !halfway.isOpen)
  }

  @Test("a frame that is never completed ends its connection, however slowly its bytes come")
  func frame() throws {
    let test = try server([.frameTimeout: 1_000])
    let (head, body, used) = (try test.peer(), try test.peer(), try test.peer())
    for peer in [head, body, used] { peer.call("Echo", 1) }
    test.advance(.seconds(50))
    head.send(ByteBuffer(bytes: [0, 0]))
    body.send(ByteBuffer(bytes: [0, 0, 0, 99, 0, 0, 0, 3, 1, 0]))
    for _ in 0..<9 {
      test.advance(.milliseconds(100))
      body.send(ByteBuffer(bytes: [0x0a]))
    }
    #expect(head.isOpen && body.isOpen)
    test.advance(.milliseconds(100))
    #expect(!head.isOpen && !body.isOpen && used.isOpen)
  }

  @Test("a peer whose frames straddle reads and are completed is not late, however long it goes on")
  func straddling() throws {
    let test = try server([.frameTimeout: 1_000])
    let peer = try test.peer()
    var bytes = ByteBuffer()
    for number: UInt32 in 0..<40 {
      bytes.writeImmutableBuffer(RequestBytes(method: "Echo").frame(2 * number + 1))
    }
    // Every read ends within a frame.
    while let part = bytes.readSlice(length: min(45, bytes.readableBytes)), part.readableBytes > 0 {
      peer.send(part)
      test.advance(.milliseconds(900))
    }
    #expect(peer.isOpen && peer.isServed(79))
  }

  @Test("a peer that takes its answers now and then is not closed for those it has left")
  func unread() throws {
    let test = try server([.unreadTimeout: 4_000, .outboundHighWatermark: 1_024])
    let peer = try test.peer()
    peer.call("Echo", 1)
    for _ in 0..<5 {
      peer.reads(false)
      test.advance(.milliseconds(3_900))
      peer.reads(true)
    }
    #expect(peer.isOpen)
    peer.reads(false)
    // What it sends meanwhile is not read and makes no difference.
    peer.call("Echo", 3)
    test.advance(.seconds(4))
    #expect(!peer.isOpen)
    #expect(try test.count(.unreadTimeout) == 1)
  }

  @Test("a frame that is not complete because it is not read is not late")
  func heldBack() throws {
    let test = try server([
      .frameTimeout: 1_000, .unreadTimeout: 60_000, .outboundHighWatermark: 1_024,
    ])
    let peer = try test.peer()
    peer.call("Echo", 1)
    peer.reads(false)
    peer.send(ByteBuffer(bytes: [0, 0]))
    test.advance(.seconds(30))
    peer.reads(true)
    test.advance(.milliseconds(999))
    #expect(peer.isOpen)
    test.advance(.milliseconds(1))
    #expect(!peer.isOpen)
  }

  @Test("a silent client that knows pings is asked whether it is there, and closed when it is not")
  func keepalive() throws {
    let test = try server([.keepaliveInterval: 20_000, .keepaliveTimeout: 4_000])
    let (plain, peer) = (try test.peer(), try test.peer())
    plain.call("Echo", 1)
    peer.negotiate()
    for number in 1...3 {
      test.advance(.seconds(20))
      let questions = peer.frames(of: 0)
      #expect(questions.count == number)
      #expect(questions.last?.header.type == .ping && questions.last?.header.flags == [])
      test.advance(.seconds(3))
      peer.send(.frame(0, .ping, .acknowledgement, questions.last?.data ?? ByteBuffer()))
    }
    // What it says of itself is as good as an answer.
    test.advance(.seconds(19))
    peer.call("Echo", 3)
    test.advance(.seconds(19))
    #expect(peer.frames(of: 0).count == 3)
    test.advance(.seconds(5))
    #expect(!peer.isOpen)
    #expect(plain.isOpen && plain.frames.count == 1)
  }
}
