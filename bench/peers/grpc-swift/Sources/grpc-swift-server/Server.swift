import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2

/// The services of bench/proto on grpc-swift-2, as its documentation would have them written.
@main
struct Server {
  static func main() async throws {
    // As many loops as processors, which is one where the server is pinned to one.
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: .ipv4(host: "127.0.0.1", port: 0),
        transportSecurity: .plaintext
      ),
      services: [Echo(), Streams()]
    )
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await server.serve() }
      if let address = try await server.listeningAddress?.ipv4 {
        print("\(address.host):\(address.port)")
        fflush(nil)
      }
    }
  }
}

struct Echo: Wardline_Bench_V1_Echo.SimpleServiceProtocol {
  func inline(
    request: Wardline_Bench_V1_Payload,
    context: ServerContext
  ) async throws -> Wardline_Bench_V1_Payload { request }

  func deferred(
    request: Wardline_Bench_V1_Payload,
    context: ServerContext
  ) async throws -> Wardline_Bench_V1_Payload { request }

  func async(
    request: Wardline_Bench_V1_Payload,
    context: ServerContext
  ) async throws -> Wardline_Bench_V1_Payload { request }

  func suspending(
    request: Wardline_Bench_V1_Payload,
    context: ServerContext
  ) async throws -> Wardline_Bench_V1_Payload {
    await Task.yield()
    return request
  }
}

struct Streams: Wardline_Bench_V1_Streams.SimpleServiceProtocol {
  func download(
    request: Wardline_Bench_V1_DownloadRequest,
    response: RPCWriter<Wardline_Bench_V1_Payload>,
    context: ServerContext
  ) async throws {
    var payload = Wardline_Bench_V1_Payload()
    payload.data = Data(count: Int(request.messageBytes))
    for _ in 0..<request.messages { try await response.write(payload) }
  }

  func upload(
    request: RPCAsyncSequence<Wardline_Bench_V1_Payload, any Error>,
    context: ServerContext
  ) async throws -> Wardline_Bench_V1_UploadSummary {
    var summary = Wardline_Bench_V1_UploadSummary()
    for try await payload in request {
      summary.messages += 1
      summary.bytes += UInt64(payload.data.count)
    }
    return summary
  }
}
