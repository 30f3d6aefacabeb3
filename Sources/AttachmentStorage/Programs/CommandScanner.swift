public import ChatService

/// Has a program look into each file, such as `clamdscan --no-summary --fdpass`.
///
/// The path of the file is its last argument. Its exit code is the verdict, as virus scanners have
/// it: 0 is clean and 1 is not; with any other the file is held back and scanned again later.
public struct CommandScanner: AttachmentScanner {
  private let program: Program

  /// - Parameters:
  ///   - command: the program and its first arguments. No shell reads them.
  ///   - timeout: the time for one file, after which the program is killed.
  public init(command: [String], timeout: Duration = .seconds(120)) {
    program = Program(command: command, timeout: timeout)
  }

  public func scan(_ path: String) async throws(InspectionFailure) -> ScanVerdict {
    switch try await program.run([path]) {
    case 0: return .clean
    case 1: return .rejected
    case let code: throw InspectionFailure("the scanner ended with code \(code)")
    }
  }
}
