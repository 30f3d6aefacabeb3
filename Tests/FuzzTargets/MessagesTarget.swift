public import ProtobufC

extension FuzzTarget {
  /// The types of messages that are fuzzed.
  public static let messageTypes = Set(MessageTypes.all.map { $0.descriptor })

  /// The first byte says which type of message the others are read as.
  static let messages = FuzzTarget(name: "messages", run: fuzzMessage) {
    MessageTypes.all.enumerated().flatMap { index, type in
      MessageSeeds.make(for: type).map { [UInt8(index)] + $0 }
    }
  }
}

/// A message that was read is the same after it has been written and read again.
private func fuzzMessage(_ bytes: UnsafeRawBufferPointer) throws {
  var input = FuzzInput(bytes)
  let index = Int(input.byte()) % MessageTypes.all.count
  try check(MessageTypes.all[index], input.remainder())
}

private func check<Message: ProtobufMessage>(_ type: Message.Type, _ bytes: [UInt8]) throws {
  guard let message = try? Message(decoding: bytes) else { return }
  let written = try message.encoded()
  // Written, an integer takes as many bytes as it needs, which can be more than came in.
  let again = try Message(
    decoding: written,
    budget: DecodingBudget(perInputByte: 64, fixedBytes: 1 << 20)
  )
  // What is not a number differs from itself, so that messages with one are compared as bytes.
  let isSame = try again == message || again.encoded() == written
  try promise(isSame, "\(Message.descriptor.name) changes when it is written and read again")
}
