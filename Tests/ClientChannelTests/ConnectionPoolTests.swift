import RPC
import SeededRandom
import Testing

@testable import TTRPC

/// A pool whose connections and waiters are names, and whose effects are words.
private struct PoolUnderTest {
  var pool: ConnectionPool<String, String>
  var generator = SeededGenerator(seed: 1)
  var waiters: [String: Int] = [:]

  init(connections: Int = 2, calls: Int = 2, waiting: Int = 100, jitter: Double = 0) {
    pool = ConnectionPool(
      .init(
        connectionsMax: connections,
        callsPerConnectionMax: calls,
        waitingCallsMax: waiting,
        backoff: Backoff(initial: .seconds(1), maximum: .seconds(5), factor: 2, jitter: jitter)
      )
    )
  }

  private func words(_ effects: [ConnectionPool<String, String>.Effect]) -> [String] {
    effects.map { effect in
      switch effect {
      case .connect(let attempt): "connect \(attempt)"
      case .wait(let wait, let attempt): "wait \(wait.components.seconds) s \(attempt)"
      case .assign(let waiter, let place): "\(waiter) on \(place.connection)"
      case .refuse(let waiter, let error): "\(waiter) \((error as? RPCError)?.code ?? .unknown)"
      case .close(let connection): "close \(connection)"
      }
    }
  }

  mutating func call(_ name: String, ready: Bool = false) -> [String] {
    switch pool.callArrived(waitForReady: ready, name) {
    case .start(let place): return ["\(name) on \(place.connection)"]
    case .refuse(let error): return ["\(name) \((error as? RPCError)?.code ?? .unknown)"]
    case .wait(let number, let effects):
      waiters[name] = number
      return ["\(name) waits"] + words(effects)
    }
  }

  mutating func leave(_ name: String) { pool.waiterLeft(waiters[name] ?? 0) }
  mutating func connected(_ attempt: Int, _ name: String) -> [String] {
    words(pool.connected(attempt, name).1)
  }
  mutating func failed(_ attempt: Int, _ error: any Error = Self.refused) -> [String] {
    words(pool.connectFailed(attempt, error, using: &generator))
  }
  mutating func waited(_ attempt: Int) -> [String] { words(pool.waitEnded(attempt)) }
  mutating func ended(_ id: Int) -> [String] { words(pool.callEnded(id)) }
  mutating func lost(_ id: Int) -> [String] { words(pool.lost(id, using: &generator)) }
  mutating func refused(_ id: Int) -> [String] {
    words(pool.placeRefused(id, using: &generator))
  }
  mutating func goingAway(_ id: Int, _ pause: Duration = .zero) -> [String] {
    words(pool.goingAway(id, retryAfter: pause, using: &generator))
  }
  mutating func drain() -> [String] { words(pool.drain()) }
  mutating func closeAll() -> [String] { words(pool.closeAll()) }

  static let refused = RPCError(.unavailable, "nobody answers")
}

@Suite("The pool of a channel's connections")
struct ConnectionPoolTests {
  @Test("nothing is opened before it is needed, and calls that come together share a connection")
  func lazy() {
    var test = PoolUnderTest()
    #expect(test.pool.state == .idle)
    #expect(test.call("a") == ["a waits", "connect 1"])
    #expect(test.pool.state == .connecting)
    #expect(test.call("b") == ["b waits"])
    #expect(test.connected(1, "A") == ["a on A", "b on A"])
    #expect(test.pool.state == .ready)
  }

  @Test("a connection is filled before the next one is opened, up to the limit")
  func packs() {
    var test = PoolUnderTest()
    _ = test.call("a")
    #expect(test.connected(1, "A") == ["a on A"])
    #expect(test.call("b") == ["b on A"])
    #expect(test.call("c") == ["c waits", "connect 2"])
    #expect(test.connected(2, "B") == ["c on B"])
    #expect(test.call("d") == ["d on B"])
    #expect(test.call("e") == ["e waits"])
    #expect(test.call("f") == ["f waits"])
    #expect(test.ended(1) == ["e on A"])
    #expect(test.ended(2) == ["f on B"])
    #expect(test.ended(1) == [])
    #expect(test.call("g") == ["g on A"])
  }

  @Test("those that wait are served in the order in which they came, and who left is passed over")
  func order() {
    var test = PoolUnderTest(connections: 1, calls: 1)
    _ = test.call("a")
    _ = test.connected(1, "A")
    for name in ["b", "c", "d"] { _ = test.call(name) }
    test.leave("b")
    test.leave("b")
    #expect(test.ended(1) == ["c on A"])
    #expect(test.ended(1) == ["d on A"])
    #expect(test.ended(1) == [])
  }

  @Test("more waiting calls than allowed are refused")
  func waitingLimit() {
    var test = PoolUnderTest(waiting: 2)
    #expect(test.call("a") == ["a waits", "connect 1"])
    #expect(test.call("b") == ["b waits"])
    #expect(test.call("c", ready: true) == ["c RESOURCE_EXHAUSTED"])
    test.leave("a")
    #expect(test.call("d") == ["d waits"])
  }

  @Test("while attempts fail, a call waits or fails at once, as it wishes")
  func backingOff() {
    var test = PoolUnderTest()
    _ = test.call("a")
    _ = test.call("b", ready: true)
    #expect(test.failed(1) == ["wait 1 s 2", "a UNAVAILABLE"])
    #expect(test.pool.state == .backingOff)
    #expect(test.call("c") == ["c UNAVAILABLE"])
    #expect(test.call("d", ready: true) == ["d waits"])
    #expect(test.waited(2) == ["connect 3"])
    #expect(test.call("e") == ["e waits"])
    #expect(test.failed(3) == ["wait 2 s 4", "e UNAVAILABLE"])
    #expect(test.waited(4) == ["connect 5"])
    #expect(test.connected(5, "A") == ["b on A", "d on A"])
  }

  @Test("without anybody who waits, the next attempt is made by the next call")
  func idleAfterFailure() {
    var test = PoolUnderTest()
    _ = test.call("a")
    #expect(test.failed(1) == ["wait 1 s 2", "a UNAVAILABLE"])
    #expect(test.waited(2) == [])
    #expect(test.pool.state == .idle)
    #expect(test.call("b") == ["b waits", "connect 3"])
    #expect(test.failed(3) == ["wait 2 s 4", "b UNAVAILABLE"])
  }

  @Test("the waits begin anew once something was answered, not before")
  func reset() {
    var test = PoolUnderTest()
    _ = test.call("a", ready: true)
    _ = test.failed(1)
    _ = test.waited(2)
    #expect(test.connected(3, "A") == ["a on A"])
    // A server that takes connections and drops them is as good as none.
    #expect(test.lost(1) == ["wait 2 s 4"])
    _ = test.waited(4)
    _ = test.call("b")
    _ = test.connected(5, "B")
    test.pool.answered(2)
    #expect(test.lost(2) == [])
    _ = test.call("c")
    #expect(test.failed(6) == ["wait 1 s 7", "c UNAVAILABLE"])
  }

  @Test("an error that is more than nobody being there is told to all who wait")
  func otherErrors() {
    var test = PoolUnderTest()
    _ = test.call("a")
    _ = test.call("b", ready: true)
    let error = RPCError(.unauthenticated, "no")
    #expect(test.failed(1, error) == ["wait 1 s 2", "a UNAUTHENTICATED", "b UNAUTHENTICATED"])
  }

  @Test("a failed attempt for more room disturbs nobody while there is a connection")
  func extraConnectionFails() {
    var test = PoolUnderTest(calls: 1)
    _ = test.call("a")
    _ = test.connected(1, "A")
    #expect(test.call("b") == ["b waits", "connect 2"])
    #expect(test.failed(2) == ["wait 1 s 3"])
    #expect(test.call("c") == ["c waits"])
    #expect(test.ended(1) == ["b on A"])
    #expect(test.waited(3) == ["connect 4"])
    #expect(test.connected(4, "B") == ["c on B"])
  }

  @Test("a connection that goes away keeps its calls, is replaced, and closes after the last one")
  func goesAway() {
    var test = PoolUnderTest()
    _ = test.call("a")
    _ = test.connected(1, "A")
    #expect(test.goingAway(1) == [])
    #expect(test.call("b") == ["b waits", "connect 2"])
    #expect(test.connected(2, "B") == ["b on B"])
    #expect(test.ended(1) == ["close A"])
    #expect(test.lost(1) == [])
    #expect(test.goingAway(2) == [])
    #expect(test.ended(2) == ["close B"])
  }

  @Test("a server that goes away is not asked again before the time that it names")
  func pause() {
    var test = PoolUnderTest()
    _ = test.call("a")
    _ = test.connected(1, "A")
    #expect(test.goingAway(1, .seconds(3)) == ["wait 3 s 2"])
    #expect(test.call("b") == ["b UNAVAILABLE"])
    #expect(test.call("c", ready: true) == ["c waits"])
    #expect(test.waited(2) == ["connect 3"])
    #expect(test.connected(3, "B") == ["c on B"])
    #expect(test.goingAway(2, .seconds(3_600)) == ["wait 5 s 4"], "no longer than the longest wait")
  }

  @Test("chance makes the named time longer, never shorter", arguments: 0..<20)
  func pauseJitter(seed: UInt64) {
    var test = PoolUnderTest(jitter: 1)
    test.generator = SeededGenerator(seed: seed)
    _ = test.call("a")
    _ = test.connected(1, "A")
    let wait = test.goingAway(1, .seconds(3)).first ?? ""
    #expect(["wait 3 s 2", "wait 4 s 2", "wait 5 s 2"].contains(wait))
  }

  @Test("a place that turns out to be on a used-up connection is looked for anew")
  func refusedPlace() {
    var test = PoolUnderTest()
    _ = test.call("a")
    _ = test.connected(1, "A")
    test.pool.answered(1)
    #expect(test.call("b") == ["b on A"])
    #expect(test.refused(1) == [])
    #expect(test.call("b") == ["b waits", "connect 2"])
    #expect(test.ended(1) == ["close A"])
  }

  @Test("connections that take no call from the start are not opened again without a wait")
  func neverAccepting() {
    var test = PoolUnderTest()
    _ = test.call("a")
    _ = test.connected(1, "A")
    #expect(test.refused(1) == ["close A", "wait 1 s 2"])
    #expect(test.call("a") == ["a UNAVAILABLE"])
  }

  @Test("a lost connection is dropped, and its calls are not counted any more")
  func lost() {
    var test = PoolUnderTest()
    _ = test.call("a")
    _ = test.call("b")
    _ = test.connected(1, "A")
    test.pool.answered(1)
    #expect(test.call("c", ready: true) == ["c waits", "connect 2"])
    #expect(test.lost(1) == [])
    #expect(test.ended(1) == [])
    #expect(test.connected(2, "B") == ["c on B"])
  }

  @Test("closing refuses who waits, lets who runs finish, and takes nobody in")
  func drain() {
    var test = PoolUnderTest(calls: 1)
    _ = test.call("a")
    _ = test.connected(1, "A")
    _ = test.call("b")
    _ = test.connected(2, "B")
    _ = test.ended(2)
    for name in ["c", "d"] { _ = test.call(name, ready: true) }
    #expect(test.drain() == ["d CANCELLED"])
    #expect(test.call("e") == ["e CANCELLED"])
    #expect(!test.pool.isOver)
    #expect(test.ended(1) == ["close A"])
    #expect(test.ended(2) == ["close B"])
    #expect(test.pool.isOver && test.pool.state == .closed)
  }

  @Test("closing forgets the attempt under way; a connection that comes late is closed")
  func drainWhileConnecting() {
    var test = PoolUnderTest()
    _ = test.call("a")
    #expect(test.drain() == ["a CANCELLED"])
    #expect(test.pool.isOver)
    #expect(test.connected(1, "A") == ["close A"])
    #expect(test.failed(1) == [])
    #expect(test.waited(1) == [])
  }

  @Test("closing at once closes connections with calls too")
  func closeAll() {
    var test = PoolUnderTest()
    _ = test.call("a")
    _ = test.connected(1, "A")
    #expect(test.drain() == [])
    #expect(test.closeAll() == ["close A"])
    #expect(test.pool.isOver)
    #expect(test.ended(1) == [])
  }

  @Test("a million calls that come and leave while nobody is there take no room")
  func leavers() {
    var test = PoolUnderTest()
    _ = test.call("first", ready: true)
    for _ in 0..<100_000 {
      _ = test.call("x", ready: true)
      test.leave("x")
    }
    #expect(test.connected(1, "A") == ["first on A"])
  }
}
