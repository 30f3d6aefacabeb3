import NIOCore
import RPC
import Synchronization

/// A service with a method of every kind, which counts the handlers that run.
final class FuzzHandlers: Sendable {
  static let service = "f.F"
  static let methodNames = ["I", "D", "A", "W", "S", "P", "C", "B"]

  private let count = Atomic(0)

  var running: Int { count.load(ordering: .sequentiallyConsistent) }

  private func counted<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    count.add(1, ordering: .sequentiallyConsistent)
    defer { count.subtract(1, ordering: .sequentiallyConsistent) }
    return try await body()
  }

  var methods: [ServerMethod] {
    [
      unary("I", .inline { request, _ in request }),
      unary("D", .deferred { request, _, reply in reply.succeed(request) }),
      unary(
        "A",
        .async { request, _ in
          await self.counted {
            await Task.yield()
            return request
          }
        }
      ),
      unary("W", .async { request, _ in try await self.counted { try await waitForEnd(request) } }),
      .serverStreaming(
        descriptor("S", .serverStreaming),
        ServerStreamHandler<Blob, Blob>.async { request, _, writer in
          try await self.counted { for _ in 0..<40 { try await writer.write(request) } }
        }
      ),
      .serverStreaming(
        descriptor("P", .serverStreaming),
        ServerStreamHandler<Blob, Blob>.deferred { request, _, stream in
          for _ in 0..<3 where stream.send(request) == .closed { return }
          if request.value.readableBytes.isMultiple(of: 2) { stream.finish() }
        }
      ),
      .clientStreaming(
        descriptor("C", .clientStreaming),
        ClientStreamHandler<Blob, Blob>.async { requests, _ in
          try await self.counted {
            var all = Blob()
            for try await request in requests { all.value.writeImmutableBuffer(request.value) }
            return all
          }
        }
      ),
      .bidirectional(
        descriptor("B", .bidirectional),
        BidirectionalHandler<Blob, Blob>.async { requests, _, writer in
          try await self.counted {
            for try await request in requests { try await writer.write(request) }
          }
        }
      ),
    ]
  }

  private func unary(_ name: String, _ handler: UnaryHandler<Blob, Blob>) -> ServerMethod {
    .unary(descriptor(name, .unary), handler)
  }

  private func descriptor(_ name: String, _ kind: MethodKind) -> MethodDescriptor {
    MethodDescriptor(service: Self.service, name: name, kind: kind)
  }
}

/// Waits until the task is cancelled.
private func waitForEnd(_ request: Blob) async throws -> Blob {
  let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
  for await _ in stream {}
  continuation.finish()
  try Task.checkCancellation()
  return request
}

/// A message that is nothing but its bytes.
struct Blob: RPCMessage {
  var value = ByteBuffer()

  init() {}

  init(decoding payload: borrowing RawSpan) throws {
    value = payload.withUnsafeBytes { ByteBuffer(bytes: $0) }
  }

  func encode(into buffer: inout ByteBuffer) throws {
    buffer.writeImmutableBuffer(value)
  }
}
