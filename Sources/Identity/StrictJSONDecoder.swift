package import Foundation
import JWTKit

/// JSON for tokens, in which a name may stand only once in the outermost object, and numbers in the
/// header are short.
///
/// Readers differ on which of two equal names counts, so a token that has them means different
/// things to different services.
package struct StrictJSONDecoder: JWTJSONDecoder {
  private let decoder = JSONDecoder()

  package init() {}

  package func decode<T: Decodable>(_ type: T.Type, from data: Data) throws -> T {
    // The checks below read bytes as UTF-8, as tokens are to be written (RFC 7515, 3), but the decoder
    // also takes UTF-16 and UTF-32, in which every JSON text holds a zero byte.
    guard !data.contains(0), Self.namesAreUnique(in: data) else { throw IdentityError.malformed }
    // jwt-kit converts each number of a header to `Int`, which stops the process for a larger one,
    // before any signature has been checked. Claims are read into types that refuse such numbers.
    if type is JWTHeader.Type, !Self.numbersAreShort(in: data) { throw IdentityError.malformed }
    return try decoder.decode(type, from: data)
  }

  /// Whether every number is written with at most fifteen characters and without an exponent: no
  /// larger than what fits into an `Int`.
  static func numbersAreShort(in json: Data) -> Bool {
    var (isText, isEscaped, length) = (false, false, 0)
    for byte in json {
      if isText {
        if !isEscaped && byte == UInt8(ascii: "\"") { isText = false }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "."):
        length += 1
        if length > 15 { return false }
      case UInt8(ascii: "e") where length > 0, UInt8(ascii: "E") where length > 0:
        return false
      default:
        length = 0
        isText = byte == UInt8(ascii: "\"")
      }
    }
    return true
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
