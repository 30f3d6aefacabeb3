import ChatRepository
import Foundation
import RepositoryContract
import SQLiteRepository

/// A folder of its own for one test, which goes with the last reference to it.
final class TemporaryFolder: ContractStorage {
  let path: String

  init() {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("wardline-\(UUID().uuidString)").path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var configuration: SQLiteConfiguration { SQLiteConfiguration(folder: path) }
  var database: String { path + "/wardline.sqlite" }

  func open(onCommit: @escaping CommitListener) async throws -> any ChatRepository {
    try SQLiteRepository(configuration, onCommit: onCommit)
  }
}
