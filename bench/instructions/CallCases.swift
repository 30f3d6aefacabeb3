import BenchAPI
import NIOCore
import RPC
import TTRPC
import TTRPCWire

// Whole calls through a connection: frame in, typed handler, frame out.
extension InstructionCase {
  static let calls = [
    unary("unary-inline", EchoMethods.inline, inFlight: 64),
    unary("unary-inline-alone", EchoMethods.inline, inFlight: 1),
    unary("unary-deferred", EchoMethods.deferred, inFlight: 64),
    unary("unary-async", EchoMethods.async, inFlight: 64),
    unary("unary-suspending", EchoMethods.suspending, inFlight: 64),
  ]

  private static func unary(
    _ name: String,
    _ method: MethodDescriptor,
    inFlight: Int
  ) -> InstructionCase {
    InstructionCase(
      name: name,
      what: "one unary \(method.name.lowercased()) call, \(inFlight) to a read, counted"
    ) {
      let server = try EmbeddedServer(EchoHandler().methods)
      var read = try EchoRequest.frames(method, count: inFlight)
      return { count in
        var sum = 0
        var next: UInt32 = 1
        for _ in stride(from: 0, to: count, by: inFlight) {
          read.renumberFrames(from: next)
          next += 2 * UInt32(inFlight)
          sum &+= try server.exchange(read)
        }
        return sum
      }
    }
  }
}

/// Gives back what it gets, in each way in which a handler can be written.
struct EchoHandler: EchoService {
  var inline: UnaryHandler<Payload, Payload> {
    .inline { payload, _ in payload }
  }
  var deferred: UnaryHandler<Payload, Payload> {
    .deferred { payload, _, reply in reply.succeed(payload) }
  }
  var async: UnaryHandler<Payload, Payload> {
    .async { payload, _ in payload }
  }
  var suspending: UnaryHandler<Payload, Payload> {
    .async { payload, _ in
      await Task.yield()
      return payload
    }
  }
}
