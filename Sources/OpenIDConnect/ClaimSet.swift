import JWTKit

/// The claims of an ID token, as they were signed: nothing here is checked yet. Those that are neither
/// texts, lists of texts, numbers nor yes or no are passed over. A claim within an object is under the
/// names of both with a dot between, such as `realm_access.roles`.
struct ClaimSet: JWTPayload {
  enum Value: Sendable, Hashable {
    case text(String)
    case texts([String])
    case number(Double)
    case flag(Bool)
  }

  let values: [String: Value]

  func text(_ name: String) -> String? {
    if case .text(let text)? = values[name] { text } else { nil }
  }

  /// A claim that may be one text or a list of them; empty when it is neither.
  func texts(_ name: String) -> [String] {
    switch values[name] {
    case .text(let text): [text]
    case .texts(let texts): texts
    default: []
    }
  }

  func number(_ name: String) -> Double? {
    if case .number(let number)? = values[name] { number } else { nil }
  }

  func flag(_ name: String) -> Bool? {
    if case .flag(let flag)? = values[name] { flag } else { nil }
  }

  /// Deliberately empty: `IDTokenCheck` checks the claims, with a clock that is handed to it.
  func verify(using algorithm: some JWTAlgorithm) {}
}

extension ClaimSet: Codable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    self.values = Self.values(of: container, depth: 0)
  }

  private static func values(
    of container: KeyedDecodingContainer<Name>,
    depth: Int
  ) -> [String: Value] {
    var values: [String: Value] = [:]
    var inner: [String: Value] = [:]
    for key in container.allKeys {
      if let value = value(of: key, in: container) {
        values[key.stringValue] = value
      } else if depth < depthMax,
        let nested = try? container.nestedContainer(keyedBy: Name.self, forKey: key)
      {
        for (name, value) in Self.values(of: nested, depth: depth + 1) {
          inner["\(key.stringValue).\(name)"] = value
        }
      }
    }
    // A claim that has a dot in its own name goes before one that gets it from here.
    return values.merging(inner) { own, _ in own }
  }

  private static func value(
    of key: Name,
    in container: KeyedDecodingContainer<Name>
  ) -> Value? {
    if let text = try? container.decode(String.self, forKey: key) { return .text(text) }
    if let flag = try? container.decode(Bool.self, forKey: key) { return .flag(flag) }
    if let number = try? container.decode(Double.self, forKey: key) { return .number(number) }
    return (try? container.decode([String].self, forKey: key)).map { .texts($0) }
  }

  private static let depthMax = 3

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (name, value) in values {
      let key = Name(stringValue: name)
      switch value {
      case .text(let text): try container.encode(text, forKey: key)
      case .texts(let texts): try container.encode(texts, forKey: key)
      case .number(let number): try container.encode(number, forKey: key)
      case .flag(let flag): try container.encode(flag, forKey: key)
      }
    }
  }
}
