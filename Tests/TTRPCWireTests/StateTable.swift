import TTRPCWire
import Testing

/// A table of what a connection's state machine does, for every state of a stream, type of frame
/// and flags. It is written as text, a letter for each combination of the flags 0 to 7.
struct StateTable: Sendable {
  /// One letter of the table and what stands beside and above it.
  struct Cell: Sendable, CustomTestStringConvertible {
    let state: String
    let type: FrameType
    let flags: FrameFlags
    let dataLength: Int
    let expected: Character

    var testDescription: String {
      "\(state), type \(type.rawValue), flags \(flags.rawValue), \(dataLength) bytes"
    }

    func header(on id: StreamID) -> FrameHeader {
      FrameHeader(dataLength: dataLength, streamID: id, type: type, flags: flags)
    }
  }

  static let types: [Substring: FrameType] = [
    "Request": .request, "Response": .response, "Data": .data, "0x10": FrameType(rawValue: 0x10),
  ]

  let cells: [Cell]

  /// - Parameter text: lines of a state, a type and eight letters. Whether there is data makes no
  ///   difference to any cell, so each letter stands for a frame without and one with data.
  init(_ text: String) {
    cells = text.split(separator: "\n").flatMap { line in
      let words = line.split(separator: " ")
      let letters = words.suffix(8).map { $0.first ?? "?" }
      let type = Self.types[words.dropLast(8).last ?? ""] ?? FrameType(rawValue: 0)
      let state = words.dropLast(9).joined(separator: " ")
      return letters.indices.flatMap { flags in
        [0, 5].map { length in
          Cell(
            state: state,
            type: type,
            flags: FrameFlags(rawValue: UInt8(flags)),
            dataLength: length,
            expected: letters[flags]
          )
        }
      }
    }
  }
}
