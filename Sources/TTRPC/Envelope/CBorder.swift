internal import CProtobufC

extension ProtobufCBinaryData {
  /// Bytes that somebody else owns, for the time of a packing, which only reads them.
  init(borrowing bytes: UnsafeRawBufferPointer) {
    let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
    self.init(len: bytes.count, data: start?.assumingMemoryBound(to: UInt8.self))
  }

  /// The bytes of a decoded field, which lie in the decoding arena.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: data, count: len) }
}

extension String {
  /// The text as a C string for the time of a packing, which only reads it.
  func withUTF8CString(_ body: (UnsafeMutablePointer<CChar>) -> Void) {
    withCString { body(UnsafeMutablePointer(mutating: $0)) }
  }
}
