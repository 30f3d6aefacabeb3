import Foundation
import JWTKit

/// JSON for tokens, in which a name may stand only once in the outermost object.
///
/// Readers differ on which of two equal names counts, so a token that has them means different
/// things to different services.
struct StrictJSONDecoder: JWTJSONDecoder {
  private let decoder = JSONDecoder()

  func decode<T: Decodable>(_ type: T.Type, from data: Data) throws -> T {
    guard Self.namesAreUnique(in: data) else { throw IdentityError.malformed }
    return try decoder.decode(type, from: data)
  }

  /// Whether each name of the outermost object stands there once. A name written with an escape is
  /// refused as well: no claim needs one, and it could spell another name.
  static func namesAreUnique(in json: Data) -> Bool {
    var names: Set<Data> = []
    var scan = NameScan()
    for (index, byte) in zip(json.indices, json) {
      guard let name = scan.take(byte, at: index) else { continue }
      let text = json[name]
      guard !text.contains(UInt8(ascii: "\\")), names.insert(text).inserted else { return false }
    }
    return true
  }
}

/// Finds the names of the outermost object, byte by byte.
private struct NameScan {
  private var depth = 0
  private var textStart: Int?
  private var isEscaped = false
  private var lastText: Range<Int>?

  /// The place of a name, once the colon behind it was taken.
  mutating func take(_ byte: UInt8, at index: Int) -> Range<Int>? {
    if let start = textStart {
      takeInText(byte, at: index, from: start)
      return nil
    }
    switch byte {
    case UInt8(ascii: "\""): textStart = index + 1
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
    case UInt8(ascii: ":") where depth == 1: return lastText
    default: break
    }
    return nil
  }

  private mutating func takeInText(_ byte: UInt8, at index: Int, from start: Int) {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      lastText = start..<index
      textStart = nil
    }
  }
}
