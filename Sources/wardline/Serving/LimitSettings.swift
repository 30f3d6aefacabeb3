import Configuration
import Foundation
import TTRPC

/// The settings `limits.…`: every limit of a server by its name.
///
/// A name that is not known is refused wherever it stands: a limit that is misspelt is no limit.
struct LimitSettings {
  private let config: ConfigReader
  /// The names that the file and the environment speak of.
  private let names: Set<String>

  private static let includeLoopback = "include-loopback"
  /// Milliseconds; a day at most.
  static let drainGraceRange = 0...86_400_000
  static let drainGraceDefault = 30_000

  init(file: String?, environment: [String: String], config: ConfigReader) {
    self.config = config
    names = SettingNames.within("limits", file: file, environment: environment)
  }

  /// - Parameter overrides: `NAME=VALUE` from the command line.
  /// - Throws: `SettingError` for a name that is not known and a value out of its range.
  func configuration(_ overrides: [String]) throws(SettingError) -> ServerConfiguration {
    var configuration = ServerConfiguration()
    for name in names.sorted() {
      if name == Self.includeLoopback {
        guard let value = config.bool(forKey: "limits.include-loopback") else {
          throw SettingError("limits.\(name) is true or false")
        }
        configuration.perAddressLimitsIncludeLoopback = value
        continue
      }
      let limit = try Self.limit(name)
      try Self.set(limit, config.int(forKey: ConfigKey("limits.\(name)")), in: &configuration)
    }
    for override in overrides { try Self.apply(override, to: &configuration) }
    return configuration
  }

  /// Milliseconds.
  func drainGrace(_ override: Int?) throws(SettingError) -> Int {
    let key: ConfigKey = "drain.grace-ms"
    let isSaid = config.string(forKey: key) != nil
    guard
      let value = override ?? config.int(forKey: key) ?? (isSaid ? nil : Self.drainGraceDefault),
      Self.drainGraceRange.contains(value)
    else {
      throw SettingError("drain.grace-ms is a number from 0 to \(Self.drainGraceRange.upperBound)")
    }
    return value
  }

  private static func apply(
    _ override: String,
    to configuration: inout ServerConfiguration
  ) throws(SettingError) {
    let parts = override.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw SettingError("--limit takes NAME=VALUE, not \(override)") }
    if parts[0] == includeLoopback {
      guard let value = Bool(parts[1]) else {
        throw SettingError("limits.\(includeLoopback) is true or false")
      }
      configuration.perAddressLimitsIncludeLoopback = value
    } else {
      try set(try limit(parts[0]), Int(parts[1]), in: &configuration)
    }
  }

  private static func limit(_ name: String) throws(SettingError) -> ServerLimit {
    guard let limit = ServerLimit(rawValue: name) else {
      let known = ServerLimit.allCases.map(\.rawValue) + [includeLoopback]
      throw SettingError("there is no limit \(name); there are \(known.joined(separator: ", "))")
    }
    return limit
  }

  private static func set(
    _ limit: ServerLimit,
    _ value: Int?,
    in configuration: inout ServerConfiguration
  ) throws(SettingError) {
    let range = ServerConfiguration.range(of: limit)
    guard let value, range.contains(value) else {
      throw SettingError(
        "limits.\(limit.rawValue) is a whole number "
          + "from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    configuration[limit] = value
  }
}
