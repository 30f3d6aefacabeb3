import NIOCore
import RPC
import SeededRandom
import Testing
import WardlineAPI

@Suite("Connections that are cut", .enabled(if: ProcessFacts.areKnown))
struct CutTests {
  @Test(
    "at any byte of three calls: sockets and threads come back, and the others are served",
    arguments: [false, true]
  )
  func atEveryByte(byReset: Bool) async throws {
    let target = try await Target.open()
    var bytes = ByteBuffer()
    for (index, method) in [SessionMethods.whoAmI, EventsMethods.subscribe].enumerated() {
      bytes.writeImmutableBuffer(
        try AttackBytes.request(
          UInt32(index * 2 + 1),
          method,
          WhoAmIRequest(),
          token: target.token
        )
      )
    }
    bytes.writeImmutableBuffer(
      try AttackBytes.request(5, UsersMethods.list, ListUsersRequest(), token: target.token)
    )
    // Every byte of a long token is like its neighbours; a step through it is enough on each push.
    let step = Soak.count(7, soak: 1)
    let (sockets, threads) = (target.facts.openSockets, target.facts.threads)
    let lengths = stride(from: 0, through: bytes.readableBytes, by: step)
    for length in (0..<Soak.count(1, soak: 10)).flatMap({ _ in lengths }) {
      let peer = try await target.peer()
      if let cut = bytes.getSlice(at: bytes.readerIndex, length: length), length > 0 {
        try await peer.send(cut)
      }
      if byReset { await peer.reset() } else { await peer.close() }
      if length % 70 == 0 { try await target.serveBystander() }
    }
    try await eventually("every socket is closed") { target.facts.openSockets <= sockets }
    // The system's pools grow a little for each processor; a thread for each cut would be hundreds.
    #expect(target.facts.threads <= threads + 16)
    try await target.serveBystander()
    #expect(await target.close() == 0)
  }

  @Test("thousands of short connections leave nothing behind")
  func churn() async throws {
    let target = try await Target.open()
    let call = try AttackBytes.request(
      1,
      SessionMethods.whoAmI,
      WhoAmIRequest(),
      token: target.token
    )
    func connect(_ count: Int) async throws {
      for index in 0..<count {
        let peer = try await target.peer()
        if index.isMultiple(of: 2) {
          try await peer.send(call)
          #expect(try await peer.status(on: 1) == .ok)
        }
        if index.isMultiple(of: 3) { await peer.reset() } else { await peer.close() }
      }
    }
    try await connect(500)
    let (sockets, memory) = (target.facts.openSockets, target.facts.residentBytes)
    try await connect(Soak.count(5_000, soak: 1_000_000))
    try await eventually("every socket is closed") { target.facts.openSockets <= sockets }
    let growth = target.facts.residentBytes - memory
    #expect(growth < 8 << 20, "\(growth) bytes more")
    print("churn: \(growth) bytes of memory more")
    #expect(await target.close() == 0)
  }
}
