import AttachmentStorage
import ChatModel
import ChatService
import Configuration

/// The settings `attachments.…`: what is accepted, how long it is kept, and who looks into it.
struct AttachmentSettings: Sendable {
  var limits = AttachmentLimits()
  /// The program that scans, and its first arguments; empty for none.
  var scanCommand: [String] = []
  /// The address of the service that scans.
  var scanURL: String?
  /// The time for one file.
  var scanTimeout = Duration.seconds(120)

  private static let year = 31_536_000

  /// - Throws: `SettingError` for a value out of its range, and for two scanners.
  init(_ config: ConfigReader) throws(SettingError) {
    let config = config.scoped(to: "attachments")
    try Self.read(config, "file-bytes", 1...(1 << 40), into: &limits.fileBytesMax)
    try Self.read(config, "user-bytes", 1...(1 << 50), into: &limits.quota.bytesMax)
    try Self.read(config, "user-files", 1...100_000_000, into: &limits.quota.filesMax)
    try Self.read(config, "user-uploads", 1...100_000, into: &limits.quota.uploadsMax)
    try Self.read(config, "upload-seconds", 1...Self.year, into: &limits.uploadLifetimeSeconds)
    try Self.read(config, "unused-seconds", 1...Self.year, into: &limits.unusedLifetimeSeconds)
    var timeout: Int64 = 120
    try Self.read(config, "scan-seconds", 1...3600, into: &timeout)
    scanTimeout = .seconds(timeout)
    if let types = config.stringArray(forKey: "types") {
      limits.contentTypes = try Self.contentTypes(types)
    }
    scanCommand = config.stringArray(forKey: "scan-command", default: [])
    scanURL = config.string(forKey: "scan-url")
    if !scanCommand.isEmpty, scanURL != nil {
      throw SettingError("give attachments.scan-command or attachments.scan-url, not both")
    }
    if let scanURL, HTTPScanner(url: scanURL) == nil {
      throw SettingError("attachments.scan-url is an address with http:// or https://")
    }
  }

  /// Nil lets every file pass.
  var scanner: (any AttachmentScanner)? {
    if let scanURL { return HTTPScanner(url: scanURL, timeout: scanTimeout) }
    if scanCommand.isEmpty { return nil }
    return CommandScanner(command: scanCommand, timeout: scanTimeout)
  }

  private static func read(
    _ config: ConfigReader,
    _ name: String,
    _ range: ClosedRange<Int>,
    into value: inout Int64
  ) throws(SettingError) {
    guard let number = try config.number(name, in: range, group: "attachments.") else { return }
    value = Int64(number)
  }

  private static func contentTypes(_ texts: [String]) throws(SettingError) -> [String] {
    for text in texts {
      let isPattern =
        text == "*/*" || (text.hasSuffix("/*") && ContentType(text.dropLast() + "x") != nil)
      guard isPattern || ContentType(text)?.rawValue == text else {
        throw SettingError("attachments.types holds image/png, audio/*, or */* for everything")
      }
    }
    return texts
  }
}
