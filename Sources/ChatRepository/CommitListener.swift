public import ChatModel

/// Is told what was committed.
///
/// Called on the writer's thread after each durable commit with its events, in the order of their
/// positions and without a gap to the call before; before the answers of that commit are handed
/// over. Must not block.
public typealias CommitListener = @Sendable ([Event]) -> Void
