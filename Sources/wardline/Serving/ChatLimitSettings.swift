import ChatModel
import Configuration
import Foundation

/// The settings `chat.…`: every limit of the chat by its name.
///
/// A name that is not known is refused wherever it stands.
struct ChatLimitSettings {
  private let config: ConfigReader
  private let names: Set<String>

  init(file: String?, environment: [String: String], config: ConfigReader) {
    self.config = config
    names = SettingNames.within("chat", file: file, environment: environment)
  }

  /// - Parameter overrides: `NAME=VALUE` from the command line.
  /// - Throws: `SettingError` for a name that is not known and a value out of its range.
  func limits(_ overrides: [String]) throws(SettingError) -> ChatLimits {
    var limits = ChatLimits()
    for name in names.sorted() {
      try Self.set(try Self.limit(name), config.int(forKey: ConfigKey("chat.\(name)")), in: &limits)
    }
    for override in overrides {
      let parts = override.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw SettingError("--chat-limit takes NAME=VALUE, not \(override)")
      }
      try Self.set(try Self.limit(parts[0]), Int(parts[1]), in: &limits)
    }
    return limits
  }

  private static func limit(_ name: String) throws(SettingError) -> ChatLimit {
    guard let limit = ChatLimit(rawValue: name) else {
      let known = ChatLimit.allCases.map(\.rawValue).joined(separator: ", ")
      throw SettingError("there is no limit \(name) of the chat; there are \(known)")
    }
    return limit
  }

  private static func set(
    _ limit: ChatLimit,
    _ value: Int?,
    in limits: inout ChatLimits
  ) throws(SettingError) {
    let range = ChatLimits.range(of: limit)
    guard let value, range.contains(value) else {
      throw SettingError(
        "chat.\(limit.rawValue) is a whole number "
          + "from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    limits[limit] = value
  }
}
