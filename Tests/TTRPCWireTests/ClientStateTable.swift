import TTRPCWire
import Testing

/// A table of what a client's state machine does, for every state of a stream, type, length and
/// flags of a frame. It is written as text, a letter for each combination of the flags 0 to 7.
struct ClientStateTable: Sendable {
  /// One letter of the table and what stands beside and above it.
  struct Cell: Sendable, CustomTestStringConvertible {
    let state: String
    let header: FrameHeader
    let expected: Character

    var testDescription: String {
      "\(state), type \(header.type.rawValue), flags \(header.flags.rawValue), "
        + "\(header.dataLength) bytes"
    }

    func header(on id: StreamID) -> FrameHeader {
      var header = header
      header.streamID = id
      return header
    }
  }

  static let lengths = [0, 4, 5, 8]
  static let types: [Substring: [UInt8]] = [
    "Request": [1], "Response": [2], "Data": [3], "WindowUpdate": [0x10], "Cancel": [0x11],
    "Ping": [0x12], "GoAway": [0x13], "0x00": [0], "0x14": [0x14],
    "extensions": [0x10, 0x11, 0x12, 0x13],
  ]

  let cells: [Cell]

  /// - Parameter text: lines of a state, a type, a length and eight letters. `any` stands for every
  ///   length that is tried, `else` for those that the line before does not name.
  init(_ text: String) {
    var named = 0
    var cells: [Cell] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let letters = words.suffix(8).map { $0.first ?? "?" }
      let length = words.dropLast(8).last ?? ""
      let types = Self.types[words.dropLast(9).last ?? ""] ?? []
      let state = words.dropLast(10).joined(separator: " ")
      let lengths: [Int]
      switch length {
      case "any": lengths = Self.lengths
      case "else": lengths = Self.lengths.filter { $0 != named }
      default:
        named = Int(length) ?? -1
        lengths = [named]
      }
      for type in types {
        for length in lengths {
          cells += letters.indices.map { flags in
            let header = FrameHeader(
              dataLength: length,
              streamID: .connection,
              type: FrameType(rawValue: type),
              flags: FrameFlags(rawValue: UInt8(flags))
            )
            return Cell(state: state, header: header, expected: letters[flags])
          }
        }
      }
    }
    self.cells = cells
  }
}
