import ChatModel
import Foundation
import ServerProcess
import Testing

@testable import wardline

@Suite("The settings of attachments")
struct AttachmentSettingsTests {
  private func settings(_ environment: [String: String]) async throws -> AttachmentSettings {
    var overrides = ServerSettings.Overrides()
    overrides.isDevelopment = true
    return try await ServerSettings(overrides, file: nil, environment: environment).attachments
  }

  @Test("limits and types are read, and are the defaults when nothing is said")
  func limits() async throws {
    #expect(try await settings([:]).limits == .init())
    let settings = try await settings([
      "WARDLINE_ATTACHMENTS_FILE_BYTES": "1000",
      "WARDLINE_ATTACHMENTS_USER_BYTES": "2000",
      "WARDLINE_ATTACHMENTS_USER_FILES": "3",
      "WARDLINE_ATTACHMENTS_USER_UPLOADS": "4",
      "WARDLINE_ATTACHMENTS_UPLOAD_SECONDS": "5",
      "WARDLINE_ATTACHMENTS_UNUSED_SECONDS": "6",
      "WARDLINE_ATTACHMENTS_TYPES": "image/png,audio/*",
    ])
    #expect(settings.limits.fileBytesMax == 1000)
    #expect(settings.limits.quota.bytesMax == 2000)
    #expect(settings.limits.quota.filesMax == 3)
    #expect(settings.limits.quota.uploadsMax == 4)
    #expect(settings.limits.uploadLifetimeSeconds == 5)
    #expect(settings.limits.unusedLifetimeSeconds == 6)
    #expect(settings.limits.contentTypes == ["image/png", "audio/*"])
  }

  @Test("a scanner is a program or a service, and nobody when nothing is said")
  func scanners() async throws {
    #expect(try await settings([:]).scanner == nil)
    let command = ["WARDLINE_ATTACHMENTS_SCAN_COMMAND": "clamdscan,--fdpass"]
    #expect(try await settings(command).scanCommand == ["clamdscan", "--fdpass"])
    #expect(try await settings(command).scanner != nil)
    let url = ["WARDLINE_ATTACHMENTS_SCAN_URL": "http://127.0.0.1:1/scan"]
    #expect(try await settings(url).scanner != nil)
  }

  @Test(
    "what makes no sense is refused",
    arguments: [
      ["FILE_BYTES": "0"], ["FILE_BYTES": "many"], ["UPLOAD_SECONDS": "-1"],
      ["TYPES": "image"], ["TYPES": "*/png"], ["SCAN_URL": "ftp://host"],
      ["SCAN_URL": "http://host", "SCAN_COMMAND": "clamdscan"],
    ]
  )
  func refusals(_ names: [String: String]) async throws {
    let pairs = names.map { ("WARDLINE_ATTACHMENTS_\($0.key)", $0.value) }
    await #expect(throws: SettingError.self) {
      _ = try await settings(Dictionary(uniqueKeysWithValues: pairs))
    }
  }
}
