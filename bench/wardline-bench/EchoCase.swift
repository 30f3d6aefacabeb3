import BenchAPI
import LoadGeneration
import NIOCore
import ProtobufC
import RPC

/// A unary echo of 128 bytes.
struct EchoCase {
  let method: MethodDescriptor
  let connections: Int
  let inFlight: Int

  static let payloadBytes = 128

  static let all: [EchoCase] = [
    EchoMethods.inline, EchoMethods.deferred, EchoMethods.async, EchoMethods.suspending,
  ].flatMap { method in
    [
      EchoCase(method: method, connections: 1, inFlight: 64),
      EchoCase(method: method, connections: 8, inFlight: 64),
    ]
  }

  var name: String { "echo \(method.name.lowercased()) \(connections)x\(inFlight)" }

  func request() throws -> LoadRequest {
    let payload = Payload(data: Array(repeating: 0x61, count: Self.payloadBytes))
    return try LoadRequest(method, payload)
  }
}
