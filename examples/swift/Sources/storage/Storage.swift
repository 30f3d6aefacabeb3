import ChatModel
import ChatRepository
import SQLiteRepository

/// `storage FOLDER`: opens a data folder, makes it if it is not there, and prints the patients in it.
/// No server may be using it.
@main
struct Storage {
  static func main() async throws {
    let folder = CommandLine.arguments.dropFirst().first ?? "var"
    let repository = try SQLiteRepository(SQLiteConfiguration(folder: folder))
    for user in try await patients(in: repository) { print("\(user.id): \(user.displayName)") }
    await repository.close()
  }

  /// Works with any repository.
  static func patients(in repository: any ChatRepository) async throws -> [User] {
    try await repository.users(roles: [.patient], after: nil, limit: 100).items
  }
}
