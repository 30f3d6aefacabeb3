import NIOCore
import RPC

/// The calls of one event loop that have started or ended since the last publication.
///
/// `@unchecked Sendable` because the interceptor that holds it is shared: the lists are touched on
/// `loop` only, which every entry point asserts, and interceptors are called on the loop of their
/// connection.
final class LoopCalls: @unchecked Sendable {
  private struct End {
    let method: Int32
    let status: StatusCode
    let startedAt: NIODeadline
  }

  private let loop: any EventLoop
  private var starts: [Int32] = []
  private var ends: [End] = []

  init(_ loop: any EventLoop) {
    self.loop = loop
    starts.reserveCapacity(Self.capacity)
    ends.reserveCapacity(Self.capacity)
  }

  var isEmpty: Bool { starts.isEmpty && ends.isEmpty }

  /// - Returns: whether the list is full and wants to be published.
  func started(_ method: Int) -> Bool {
    loop.assertInEventLoop()
    starts.append(Int32(truncatingIfNeeded: method))
    return starts.count >= Self.capacity
  }

  /// - Returns: whether the list is full and wants to be published.
  func ended(_ method: Int, _ status: StatusCode, startedAt: NIODeadline) -> Bool {
    loop.assertInEventLoop()
    ends.append(
      End(method: Int32(truncatingIfNeeded: method), status: status, startedAt: startedAt)
    )
    return ends.count >= Self.capacity
  }

  /// Counts everything and forgets it.
  ///
  /// - Returns: by how many calls more are running than before.
  func drain(into series: [MethodSeries], now: NIODeadline) -> Int {
    loop.assertInEventLoop()
    drainStarts(into: series)
    drainEnds(into: series, now)
    let change = starts.count - ends.count
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    return change
  }

  private func drainStarts(into series: [MethodSeries]) {
    var index = 0
    while index < starts.count {
      let method = starts[index]
      var next = index + 1
      while next < starts.count, starts[next] == method { next += 1 }
      series[Int(method)].started(next - index)
      index = next
    }
  }

  private func drainEnds(into series: [MethodSeries], _ now: NIODeadline) {
    var index = 0
    while index < ends.count {
      let first = ends[index]
      var next = index
      let series = series[Int(first.method)]
      while next < ends.count, ends[next].method == first.method, ends[next].status == first.status
      {
        series.took((now - ends[next].startedAt).nanoseconds)
        next += 1
      }
      series.ended(first.status, next - index)
      index = next
    }
  }

  /// Beyond this the lists are published though the pass goes on.
  private static let capacity = 1024
}
