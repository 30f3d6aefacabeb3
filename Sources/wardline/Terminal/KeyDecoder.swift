/// Turns the bytes of a terminal in raw mode into keys. Bytes may come in pieces; what is no key
/// and no text is dropped.
struct KeyDecoder {
  private enum State {
    case ground
    /// Bytes of a character, and how many are still to come.
    case character([UInt8], Int)
    case escape
    /// The parameters of a control sequence.
    case sequence([UInt8])
  }

  private var state = State.ground

  mutating func keys(_ bytes: some Sequence<UInt8>) -> [Key] {
    bytes.compactMap { key($0) }
  }

  private mutating func key(_ byte: UInt8) -> Key? {
    switch state {
    case .ground: return ground(byte)
    case .character(let begun, let missing):
      guard byte & 0xC0 == 0x80 else {
        // The character was cut off; this byte begins something else.
        state = .ground
        return ground(byte)
      }
      let bytes = begun + [byte]
      state = missing > 1 ? .character(bytes, missing - 1) : .ground
      return missing > 1 ? nil : Self.text(bytes)
    case .escape:
      state = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") ? .sequence([]) : .ground
      return nil
    case .sequence(let parameters):
      if (0x20...0x3F).contains(byte) {
        if parameters.count < Self.parametersMax { state = .sequence(parameters + [byte]) }
        return nil
      }
      state = .ground
      return Self.sequence(parameters, byte)
    }
  }

  private mutating func ground(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x01: return .home
    case 0x02: return .left
    case 0x03: return .interrupt
    case 0x04: return .endOfInput
    case 0x05: return .end
    case 0x06: return .right
    case 0x08, 0x7F: return .backspace
    case 0x09: return .text(" ")
    case 0x0A, 0x0D: return .enter
    case 0x0C: return .redraw
    case 0x15: return .killLine
    case 0x17: return .killWord
    case 0x1B: state = .escape
    case 0x20...0x7E: return .text(Unicode.Scalar(byte))
    case 0xC2...0xDF: state = .character([byte], 1)
    case 0xE0...0xEF: state = .character([byte], 2)
    case 0xF0...0xF4: state = .character([byte], 3)
    default: break
    }
    return nil
  }

  private static func text(_ bytes: [UInt8]) -> Key? {
    guard let text = String(validating: bytes, as: UTF8.self),
      let scalar = text.unicodeScalars.first,
      scalar.properties.generalCategory != .control
    else { return nil }
    return .text(scalar)
  }

  private static func sequence(_ parameters: [UInt8], _ last: UInt8) -> Key? {
    switch (last, parameters) {
    case (UInt8(ascii: "C"), _): .right
    case (UInt8(ascii: "D"), _): .left
    case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), [UInt8(ascii: "1")]),
      (UInt8(ascii: "~"), [UInt8(ascii: "7")]):
      .home
    case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), [UInt8(ascii: "4")]),
      (UInt8(ascii: "~"), [UInt8(ascii: "8")]):
      .end
    case (UInt8(ascii: "~"), [UInt8(ascii: "3")]): .delete
    default: nil
    }
  }

  private static let parametersMax = 16
}
