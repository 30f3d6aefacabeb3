import ProtobufC

extension FuzzTarget {
  /// The first byte says of which type the message is, the second whether it comes as JSON or
  /// encoded.
  static let json = FuzzTarget(name: "json", run: fuzzJSON) {
    MessageTypes.all.enumerated().flatMap { index, type in
      MessageSeeds.make(for: type).flatMap { bytes -> [[UInt8]] in
        let head = UInt8(index)
        let text = (try? type.descriptor.json(from: bytes.span.bytes)) ?? ""
        return [[head, 1] + bytes, [head, 0] + Array(text.utf8)]
      }
    }
  }
}

/// What is printed can be read, and gives the same text again.
private func fuzzJSON(_ bytes: UnsafeRawBufferPointer) throws {
  var input = FuzzInput(bytes)
  let descriptor = MessageTypes.all[Int(input.byte()) % MessageTypes.all.count].descriptor
  let isEncoded = input.byte() & 1 == 1
  var message = input.remainder()
  if !isEncoded {
    guard let text = String(validating: message, as: UTF8.self),
      let read = try? descriptor.encode(json: text)
    else { return }
    message = read
  }
  guard let text = try? descriptor.json(from: message.span.bytes) else {
    // Values that JSON spells shortly can need more memory than their encoding may take.
    return
  }
  let again = try descriptor.encode(json: text)
  let second = try descriptor.json(from: again.span.bytes)
  try promise(second == text, "\(descriptor.name) changes when it is printed and read again")
}
