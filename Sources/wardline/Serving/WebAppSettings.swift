import ChatModel
import Configuration
import WardlineGateway

/// The settings `web.…`: how the web app is reached, embedded and left.
enum WebAppSettings {
  /// - Throws: `SettingError` for an origin that is none, a role that is none, and a number out of its
  ///   range.
  static func read(_ config: ConfigReader) throws(SettingError) -> WebSettings {
    let config = config.scoped(to: "web")
    var settings = WebSettings(
      origins: try origins("origins", config),
      frameAncestors: try origins("frame-ancestors", config),
      handoverOrigins: try origins("handover-origins", config),
      idleSeconds: try idleSeconds(config)
    )
    if let seconds = try config.number("warning-seconds", in: 1...3600, group: "web.") {
      settings.warningSeconds = Int64(seconds)
    }
    return settings
  }

  private static func origins(
    _ name: String,
    _ config: ConfigReader
  ) throws(SettingError) -> [String] {
    let texts = config.stringArray(forKey: ConfigKey(name), default: [])
    for text in texts {
      let host = text.split(separator: "/", omittingEmptySubsequences: false)
      let isWeb = host.first == "https:" || host.first == "http:"
      guard isWeb, host.count == 3, host[1].isEmpty, !host[2].isEmpty else {
        throw SettingError(
          "\(text) in web.\(name) is no origin: write https://HOST or https://HOST:PORT"
        )
      }
    }
    return texts
  }

  /// `ROLE=SECONDS` for each role that is not to have the default.
  private static func idleSeconds(_ config: ConfigReader) throws(SettingError) -> [Role: Int64] {
    var seconds: [Role: Int64] = [:]
    for text in config.stringArray(forKey: "idle-seconds", default: []) {
      let parts = text.split(separator: "=")
      guard parts.count == 2, let role = Role(rawValue: String(parts[0])),
        let number = Int64(parts[1]), (1...604_800).contains(number)
      else {
        throw SettingError(
          "\(text) in web.idle-seconds is not ROLE=SECONDS, with 1 to 604800 seconds"
        )
      }
      seconds[role] = number
    }
    return seconds
  }
}
