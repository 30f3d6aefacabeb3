import InteropAPI
import NIOCore
import NIOPosix
import RPC
public import TTRPC

/// A client that runs the interop cases against one server.
public struct InteropRun: Sendable {
  public let address: ServiceAddress
  /// Whether connections negotiate the extensions.
  public var usesExtensions = false
  /// Whether the server serves streams; if not, the cases do the unary half of what they do.
  public var peerHasStreams = true

  public init(at address: ServiceAddress) {
    self.address = address
  }

  /// What a case expected and did not see.
  struct Mismatch: Error, CustomStringConvertible {
    let description: String

    init(expected: String, seen: String) {
      description = "expected \(expected), saw \(seen)"
    }
  }

  /// Runs the cases one after another and prints a line for each.
  ///
  /// - Returns: whether all passed.
  public func report(_ cases: [InteropCase]) async -> Bool {
    var passed = true
    for interopCase in cases {
      do {
        try await run(interopCase)
        print("PASS \(interopCase.rawValue)")
      } catch {
        passed = false
        print("FAIL \(interopCase.rawValue): \(error)")
      }
    }
    return passed
  }

  /// Runs one case.
  ///
  /// - Throws: what went wrong.
  public func run(_ interopCase: InteropCase) async throws {
    switch interopCase {
    case .emptyUnary: try await emptyUnary()
    case .largeUnary: try await largeUnary()
    case .clientStreaming: try await clientStreaming()
    case .serverStreaming: try await serverStreaming()
    case .pingPong: try await pingPong()
    case .emptyStream: try await emptyStream()
    case .customMetadata: try await customMetadata()
    case .statusCodeAndMessage: try await status("test status message")
    case .specialStatusMessage: try await status(Self.specialMessage)
    case .unimplementedMethod: try await unimplementedMethod()
    case .unimplementedService: try await unimplementedService()
    case .timeoutOnSleepingServer: try await timeoutOnSleepingServer()
    case .concurrentLargeUnary: try await concurrentLargeUnary()
    case .rpcSoak: try await rpcSoak()
    case .channelSoak: try await channelSoak()
    case .cancelAfterBegin: try await cancelAfterBegin()
    case .cancelAfterFirstResponse: try await cancelAfterFirstResponse()
    case .perRPCCredentials: try await perRPCCredentials()
    case .streamLimit: try await streamLimit()
    case .keepalive: try await keepalive()
    case .gracefulShutdown: try await gracefulShutdown()
    }
  }

  // MARK: What cases share

  /// Long enough for any call that is to succeed; a peer that hangs fails its case.
  static let patience = CallOptions(timeout: .seconds(30))

  /// Bytes, so few that most messages of the cases do not fit.
  private static let window = 16_384

  /// Runs the body on a connection of its own.
  @discardableResult
  func connected<Result>(_ body: (ClientConnection) async throws -> Result) async throws -> Result {
    var configuration = ClientConfiguration()
    configuration.negotiatesExtensions = usesExtensions
    configuration.initialWindow = Self.window
    let connection = try await ClientConnection.connect(
      to: address,
      on: MultiThreadedEventLoopGroup.singleton,
      configuration: configuration
    )
    do {
      // Its answer comes after that to the negotiation: from here on both sides know the windows.
      if usesExtensions { _ = try await InteropClient(connection).emptyCall(Empty()) }
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  /// The status that the body ends with; OK when it returns.
  func status(of body: () async throws -> Void) async throws -> RPCError {
    do {
      try await body()
      return RPCError(.ok, "")
    } catch let error as RPCError {
      return error
    }
  }

  func expect(_ status: RPCError, _ code: StatusCode) throws {
    if status.code != code { throw Mismatch(expected: "\(code)", seen: "\(status)") }
  }

  func expectEqual<Value: Equatable>(_ what: String, _ seen: Value, _ expected: Value) throws {
    if seen != expected { throw Mismatch(expected: "\(what) \(expected)", seen: "\(seen)") }
  }

  /// A tag that no other run uses.
  func newTag() -> String {
    let name: UInt64 = .random(in: .min ... .max)
    return "ours-\(name)"
  }

  /// Returns when the server's handler of that call has begun.
  func hasBegun(_ tag: String, on connection: ClientConnection) async throws {
    _ = try await ControlClient(connection).begun(Tag(tag: tag), options: Self.patience)
  }

  /// The server's handler of that call has been cancelled, or comes to be.
  func expectCancelled(_ tag: String, on connection: ClientConnection) async throws {
    let outcome = try await ControlClient(connection).outcome(
      Tag(tag: tag),
      options: Self.patience
    )
    try expectEqual("the handler's ending", outcome.ending, .cancelled)
  }
}
