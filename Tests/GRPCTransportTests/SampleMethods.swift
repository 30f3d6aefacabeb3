import NIOCore
import RPC

@testable import GRPCTransport

/// Methods that several suites call.
enum SampleMethods {
  static let deadline = ServerMethod.unary(
    "Deadline",
    .inline { _, context in context.deadline == nil ? "none" : "some" }
  )

  static let count = ServerMethod.stream(
    "Count",
    .async { request, _, writer in
      for number in 0..<(Int(request.text) ?? 0) {
        try await writer.write(Bytes(ByteBuffer(string: "\(number)")))
      }
    }
  )

  static let failLater = ServerMethod.stream(
    "FailLater",
    .async { _, _, writer in
      try await writer.write("one")
      throw RPCError(.aborted, "then no more")
    }
  )

  static let chat = ServerMethod.bidirectional(
    "Chat",
    .async { requests, _, writer in
      for try await request in requests { try await writer.write(request) }
    }
  )
}
