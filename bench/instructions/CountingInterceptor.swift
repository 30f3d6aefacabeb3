import RPC
import Synchronization

/// Stands for what every server has around its calls.
final class CountingInterceptor: ServerInterceptor {
  private let ended = Atomic<Int>(0)

  func admit(_ context: inout ServerContext) -> Admission { .proceed }

  func ended(_ context: ServerContext, status: StatusCode) {
    ended.add(1, ordering: .relaxed)
  }
}
