import InteropAPI
import RPC

/// The calls of `Control`.
struct ControlHandlers: ControlService {
  let board: OutcomeBoard
  /// Begins the graceful shutdown.
  let onDrain: @Sendable () -> Void

  var begun: UnaryHandler<Tag, Empty> {
    .deferred { request, _, reply in
      board.whenBegun(request.tag) { reply.succeed(Empty()) }
    }
  }

  var outcome: UnaryHandler<Tag, OutcomeResponse> {
    .deferred { request, _, reply in
      board.whenEnded(request.tag) { reply.succeed(OutcomeResponse(ending: $0)) }
    }
  }

  var drain: UnaryHandler<Empty, Empty> {
    .deferred { _, _, reply in
      reply.succeed(Empty())
      onDrain()
    }
  }
}
