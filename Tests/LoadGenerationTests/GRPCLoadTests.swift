import Histogram
import LoadGeneration
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import RPC
import TTRPC
import Testing

@Suite("Loading a gRPC server")
struct GRPCLoadTests {
  @Test("a closed loop counts its answers and their latencies")
  func closedLoop() async throws {
    let report = try await load(status: "0") { $0.pace = .closed(inFlight: 4) }
    #expect(report.answers > 0)
    #expect(report.failures == 0)
    #expect(report.latencies.totalCount == UInt64(report.answers))
  }

  @Test("an open loop makes no more calls than it was asked for")
  func openLoop() async throws {
    let report = try await load(status: "0") { $0.pace = .open(callsPerSecond: 500) }
    #expect(report.answers > 0)
    #expect(Double(report.answers) <= 500 * (report.seconds + 1) + 2)
  }

  @Test("a call that ends with another status than OK has failed", arguments: ["14", nil])
  func failures(status: String?) async throws {
    let report = try await load(status: status) { _ in }
    #expect(report.answers > 0)
    #expect(report.failures == report.answers)
  }

  @Test("what gRPC has not is refused: a greeting, and an address that is encrypted")
  func refused() async throws {
    await #expect(throws: LoadError.self) {
      try await load(status: "0") { $0.greeting = $0.request }
    }
    var plan = LoadPlan(Self.request, to: .tls(host: "127.0.0.1", port: 1))
    plan.dialect = .grpc
    let generator = LoadGenerator(plan)
    await #expect(throws: LoadError.self) { try await generator.run() }
  }

  private static let request = LoadRequest(
    MethodDescriptor(service: "load.v1.Echo", name: "Echo", kind: .unary),
    ByteBuffer(string: "hello"),
    metadata: ["authorization": "Bearer token"]
  )

  private func load(
    status: String?,
    _ adjust: (inout LoadPlan) -> Void
  ) async throws -> LoadReport {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(
            NIOHTTP2Handler(mode: .server),
            Echo(status: status)
          )
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    var plan = LoadPlan(Self.request, to: .tcp(host: "127.0.0.1", port: port))
    plan.dialect = .grpc
    plan.connections = 2
    plan.warmUp = .milliseconds(10)
    // However busy the machine is, this many come within the time.
    plan.duration = .seconds(60)
    plan.answersMax = 50
    adjust(&plan)
    let report: Result<LoadReport, any Error>
    do { report = .success(try await LoadGenerator(plan).run()) } catch { report = .failure(error) }
    try await listener.close()
    return try report.get()
  }
}

/// Answers every call whose Request is as it should be with its message, and all with a status.
private final class Echo: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  private let status: String?
  private var isGood = false

  init(status: String?) {
    self.status = status
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let request):
      isGood =
        request.headers.first(name: ":path") == "/load.v1.Echo/Echo"
        && request.headers.first(name: "content-type") == "application/grpc"
        && request.headers.first(name: "authorization") == "Bearer token"
    case .data(let message) where message.endStream:
      answer(message.data, frame.streamID, context)
    default: break
    }
  }

  private func answer(_ message: IOData, _ id: HTTP2StreamID, _ context: ChannelHandlerContext) {
    let head: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
    let trailers: HPACKHeaders = status.map { ["grpc-status": isGood ? $0 : "13"] } ?? ["x": "y"]
    for payload: HTTP2Frame.FramePayload in [
      .headers(.init(headers: head)), .data(.init(data: message)),
      .headers(.init(headers: trailers, endStream: true)),
    ] {
      context.write(wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)), promise: nil)
    }
    context.flush()
  }
}
