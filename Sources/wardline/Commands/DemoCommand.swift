import ArgumentParser
import Foundation
import UnixSignals

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show a conversation, a kill -9 in its middle, and that nothing was lost.",
    discussion: """
      Starts a server of its own on a temporary folder, which it removes at the end. Exits with 1 \
      if what was sent, stored and received is not the same.
      """
  )

  func run() async throws {
    try await reportingErrors {
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "wardline-demo-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
      let isEqual = try await withThrowingTaskGroup(of: Bool?.self) { group in
        group.addTask {
          try await Task.sleep(for: Self.patience)
          throw SettingError("the demo has taken \(Self.patience), which is far too long")
        }
        group.addTask { try await Demo(folder: folder).run() }
        group.addTask {
          for await _ in signals { return nil }
          return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
      }
      guard let isEqual else {
        Terminal.fail("stopped before the end")
        throw ExitCode.failure
      }
      if !isEqual { throw ExitCode.failure }
    }
  }

  private static let patience = Duration.seconds(120)
}
