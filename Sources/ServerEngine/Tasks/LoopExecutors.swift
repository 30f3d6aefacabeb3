package import NIOCore
package import ProtobufC

/// The executors of the loops of a group, one for each.
package struct LoopExecutors: Sendable {
  private let executors: [ObjectIdentifier: LoopExecutor]

  /// - Parameter decodingBudget: of the messages that are decoded on them.
  package init(_ group: any EventLoopGroup, decodingBudget: DecodingBudget = .standard) {
    executors = Dictionary(
      uniqueKeysWithValues: group.makeIterator().map { loop in
        (ObjectIdentifier(loop), LoopExecutor(loop, decodingBudget: decodingBudget))
      }
    )
  }

  /// The executor of a loop; nil for one of another group.
  package subscript(_ loop: any EventLoop) -> LoopExecutor? { executors[ObjectIdentifier(loop)] }

  /// Ends the tasks that wait for handlers, and returns when they have ended.
  package func retireWorkers() async {
    for executor in executors.values { await executor.retireWorkers() }
  }

  /// Has them end in the next turn of their loops: for loops that turn only when they are told to, on
  /// which nobody can wait.
  package func retire() {
    for executor in executors.values { executor.retire() }
  }
}
