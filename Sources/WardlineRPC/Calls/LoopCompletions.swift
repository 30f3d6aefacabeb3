import ChatRepository
import NIOCore

/// An event loop as the place where the repository hands over its answers.
final class LoopCompletionExecutor: CompletionExecutor {
  let loop: any EventLoop

  init(_ loop: any EventLoop) {
    self.loop = loop
  }

  func execute(_ work: @escaping @Sendable () -> Void) {
    loop.execute(work)
  }
}

/// One executor for each loop of a group: the repository gathers answers by its identity.
struct LoopCompletions: Sendable {
  private let executors: [ObjectIdentifier: LoopCompletionExecutor]

  init(_ group: any EventLoopGroup) {
    executors = Dictionary(
      uniqueKeysWithValues: group.makeIterator().map {
        (ObjectIdentifier($0), LoopCompletionExecutor($0))
      }
    )
  }

  func executor(of loop: any EventLoop) -> LoopCompletionExecutor {
    // A loop of another group gets its answers too, only not gathered.
    executors[ObjectIdentifier(loop)] ?? LoopCompletionExecutor(loop)
  }
}
