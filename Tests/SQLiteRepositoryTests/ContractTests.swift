import RepositoryContract
import Testing

@Suite("The contract, kept on SQLite")
struct ContractTests {
  @Test("a promise of the repository is kept", arguments: RepositoryContract.checks)
  func isKept(check: ContractCheck) async throws {
    try await check.run(in: TemporaryFolder())
  }
}
