import ChatModel
import Foundation
import OpenIDConnect
import ServerProcess
import Testing

@testable import wardline

@Suite("The settings of issuers")
struct OpenIDSettingsTests {
  private let good = [
    "WARDLINE_OIDC_PROVIDERS": "clinic",
    "WARDLINE_OIDC_CLINIC_ISSUER": "https://id.example/realm",
    "WARDLINE_OIDC_CLINIC_CLIENT_ID": "chat",
  ]

  private func settings(
    _ environment: [String: String],
    file: String? = nil,
    isDevelopment: Bool = true
  ) async throws -> OpenIDSettings {
    var overrides = ServerSettings.Overrides()
    overrides.isDevelopment = isDevelopment
    if !isDevelopment { overrides.keyFile = "keys.json" }
    return try await ServerSettings(overrides, file: file, environment: environment).openID
  }

  private func refusal(
    _ environment: [String: String],
    isDevelopment: Bool = true
  ) async throws -> String {
    let error = await #expect(throws: SettingError.self) {
      try await settings(environment, isDevelopment: isDevelopment)
    }
    return error?.description ?? ""
  }

  @Test("without settings there is no issuer")
  func none() async throws {
    let read = try await settings([:])
    #expect(read.providers.isEmpty)
    #expect(read.sessionSeconds == 43_200)
  }

  @Test("an issuer and what it calls this server are enough")
  func defaults() async throws {
    let provider = try #require(try await settings(good).providers.first)
    #expect(provider.id == "clinic")
    #expect(provider.name == "clinic")
    #expect(provider.provider.issuer.text == "https://id.example/realm")
    #expect(provider.provider.clientID == "chat")
    #expect(provider.provider.clientSecret == nil)
    #expect(provider.provider.scopes == ["openid"])
    #expect(provider.provider.userClaim == "sub")
    #expect(provider.provider.roleClaim == nil)
    #expect(provider.roles == [.patient, .doctor, .dietitian, .pharmacist, .nurse])
  }

  @Test("the file says the same as the environment, and a secret is read from a file of its own")
  func file() async throws {
    let folder = try TemporaryFolder()
    try Data(" s3cret\n".utf8).write(to: folder.url.appending(path: "secret"))
    let text = """
      {"oidc": {"providers": ["a", "b"], "session-seconds": 60,
        "a": {"issuer": "https://a.example", "client-id": "c", "name": "The A",
              "client-secret-file": "\(folder.path("secret"))", "scopes": ["email", "profile"],
              "user-claim": "email", "role-claim": "roles", "roles": ["admin"]},
        "b": {"issuer": "http://127.0.0.1:1", "client-id": "d"}}}
      """
    try Data(text.utf8).write(to: folder.url.appending(path: "config.json"))
    let read = try await settings([:], file: folder.path("config.json"))
    #expect(read.sessionSeconds == 60)
    #expect(read.providers.map(\.name) == ["The A", "b"])
    let first = try #require(read.providers.first).provider
    #expect(first.clientSecret == "s3cret")
    #expect(first.scopes == ["email", "profile"])
    #expect(first.userClaim == "email")
    #expect(first.roleClaim == "roles")
    #expect(read.providers.first?.roles == [.admin])
  }

  @Test("what is missing or wrong is named")
  func refusals() async throws {
    func with(_ name: String, _ value: String?) -> [String: String] {
      var environment = good
      environment["WARDLINE_OIDC_\(name)"] = value
      return environment
    }
    #expect(try await refusal(with("CLINIC_ISSUER", nil)).contains("oidc.clinic.issuer"))
    #expect(try await refusal(with("CLINIC_ISSUER", "http://id.example")).contains("https://"))
    #expect(try await refusal(with("CLINIC_CLIENT_ID", nil)).contains("oidc.clinic.client-id"))
    let missing = with("CLINIC_CLIENT_SECRET_FILE", "nowhere")
    #expect(try await refusal(missing).contains("nowhere cannot be read"))
    #expect(try await refusal(with("CLINIC_ROLES", "service")).contains("oidc.clinic.roles"))
    #expect(try await refusal(with("PROVIDERS", "a/b")).contains("a/b in oidc.providers"))
    #expect(try await refusal(with("PROVIDERS", "clinic,clinic")).contains("is no name"))
    #expect(try await refusal(with("SESSION_SECONDS", "1")).contains("oidc.session-seconds"))
  }

  @Test("issuers must know where to send people back to")
  func origins() async throws {
    #expect(try await refusal(good, isDevelopment: false).contains("needs web.origins"))
    var environment = good
    environment["WARDLINE_WEB_ORIGINS"] = "https://chat.example"
    #expect(try await settings(environment, isDevelopment: false).providers.count == 1)
  }
}
