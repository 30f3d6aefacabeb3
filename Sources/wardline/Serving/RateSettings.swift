import ChatService
import Foundation
import RPCInterceptors

/// The settings `rates.…`: how often each method may be called.
///
/// A name is that of a method without its package, such as `Messages/Send`, or `default` for the
/// methods without a rate of their own, `services` for calls of services, and `strangers` for calls
/// of nobody knows whom, or `failures` for proofs that are not valid. A name that is not known is refused wherever it stands.
struct RateSettings: Sendable, Hashable {
  private enum Name: Hashable {
    case method(ChatService.Operation)
    case everyMethod
    case services
    case strangers
    case failures
  }

  private var chosen: [Name: RateLimit?] = [:]

  private static let environmentPrefix = "WARDLINE_RATES_"
  private static let names: [(text: String, name: Name)] =
    ChatService.Operation.allCases.map { ($0.rawValue, .method($0)) }
    + [
      ("default", .everyMethod), ("services", .services), ("strangers", .strangers),
      ("failures", .failures),
    ]

  /// - Parameters:
  ///   - overrides: `NAME=RATE` from the command line.
  ///   - file: the file with settings, whose form has been checked.
  /// - Throws: `SettingError` for a name or a rate that is none.
  init(
    _ overrides: [String],
    file: String?,
    environment: [String: String]
  ) throws(SettingError) {
    for (name, rate) in Self.entries(of: file) { try set(name, rate, "rates.\(name)") }
    for (variable, rate) in environment where variable.hasPrefix(Self.environmentPrefix) {
      let known = Self.names.first { Self.variable($0.text) == variable }
      try set(known?.text ?? variable, rate, variable)
    }
    for override in overrides {
      let parts = override.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw SettingError("--rate takes NAME=RATE, not \(override)") }
      try set(parts[0], parts[1], "--rate \(parts[0])")
    }
  }

  /// How often the callers of an operation may call it.
  func rates(of operation: ChatService.Operation) -> RateLimiter.Rates {
    if Policy.rules[operation]?.scope == .nothing {
      // The tighter of the two: who calls is not known yet.
      let stranger = rate(.strangers, RateDefaults.stranger)
      return RateLimiter.Rates(stranger: rate(.method(operation), stranger))
    }
    let everyMethod = rate(.everyMethod, RateDefaults.user)
    return RateLimiter.Rates(
      user: rate(.method(operation), RateDefaults.methods[operation] ?? everyMethod),
      service: rate(.services, RateDefaults.service)
    )
  }

  /// How often an address may fail to prove who is calling.
  var failures: RateLimit? { rate(.failures, RateDefaults.failure) }

  private func rate(_ name: Name, _ standard: RateLimit?) -> RateLimit? {
    chosen[name] ?? standard
  }

  private mutating func set(
    _ name: String,
    _ rate: String?,
    _ place: String
  ) throws(SettingError) {
    guard let known = Self.names.first(where: { $0.text == name }) else {
      let all = Self.names.map(\.text).joined(separator: ", ")
      throw SettingError("\(place): there is no rate of that name; there are \(all)")
    }
    if rate == "off" {
      chosen[known.name] = .some(nil)
    } else if let rate, let limit = RateLimit(rate) {
      chosen[known.name] = limit
    } else {
      throw SettingError("\(place) is a rate such as \"20/s burst 40\" (s, m or h), or \"off\"")
    }
  }

  /// nil stands for a rate that is no text.
  private static func entries(of file: String?) -> [(name: String, rate: String?)] {
    guard let file, let data = FileManager.default.contents(atPath: file),
      let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let rates = root["rates"] as? [String: Any]
    else { return [] }
    return rates.sorted { $0.key < $1.key }.map { ($0.key, $0.value as? String) }
  }

  /// `WARDLINE_RATES_MESSAGES_SEND` for `Messages/Send`.
  private static func variable(_ name: String) -> String {
    environmentPrefix + name.uppercased().replacing("/", with: "_")
  }
}
