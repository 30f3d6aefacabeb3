/// Something that takes any bytes at all: it must neither crash nor break its own promises.
///
/// A fuzzer looks for bytes that do it harm; what was found, and a seed of each kind, is played back
/// as an ordinary test.
public struct FuzzTarget: Sendable {
  public let name: String
  /// Throws `FuzzFinding` for a promise that was broken.
  public let run: @Sendable (UnsafeRawBufferPointer) throws -> Void
  /// Inputs that are good, or nearly, from which a fuzzer starts.
  public let seeds: @Sendable () throws -> [[UInt8]]

  /// To be called once before the first run.
  public static func prepare() async throws {
    try await TokenFixture.prepare()
  }

  public static let all: [FuzzTarget] = [
    frameDecoder, serverMachine, clientMachine, serverConnection, requestEnvelope,
    responseEnvelope, extensions, messages, json, tokens, grpcReader,
  ]
}

extension FuzzTarget: CustomStringConvertible {
  public var description: String { name }
}

/// A promise that was broken.
public struct FuzzFinding: Error, CustomStringConvertible {
  public let description: String
}

/// Checks a promise.
///
/// - Throws: `FuzzFinding` with the description when it does not hold.
func promise(_ holds: Bool, _ description: @autoclosure () -> String) throws {
  if !holds { throw FuzzFinding(description: description()) }
}
