internal import CTTRPCProto
package import ProtobufC
package import RPC

/// A `ttrpc.Request` while it lies in the decoding arena: valid inside the call that got it.
package struct RequestEnvelope {
  /// The names as they came. A method that was found by them is check enough; where none was found,
  /// `checkNames` must be called before they are used.
  package let service: UnsafeRawBufferPointer
  package let method: UnsafeRawBufferPointer
  package let payload: UnsafeRawBufferPointer
  /// 0: no limit; negative: already over.
  package let timeoutNanoseconds: Int64
  /// Whether `metadata` gives anything.
  package let hasMetadata: Bool

  /// More metadata than is accepted.
  package struct BeyondLimit: Error {
    package let limit: ServerLimit
    package let error: RPCError
  }

  private static let descriptor: MessageDescriptor = {
    var request = Ttrpc__Request()
    ttrpc__request__init(&request)
    return MessageDescriptor(ofInitialized: &request)
  }()

  /// Decodes the data of a Request frame.
  ///
  /// - Throws: `ProtobufDecodingError`, also what `body` throws.
  package static func withDecoded(
    _ bytes: UnsafeRawBufferPointer,
    _ body: (RequestEnvelope, borrowing MessageReader) throws(ProtobufDecodingError) -> Void
  ) throws(ProtobufDecodingError) {
    try descriptor.withUnpacked(bytes) { reader throws(ProtobufDecodingError) in
      try body(RequestEnvelope(reader), reader)
    }
  }

  private init(_ reader: borrowing MessageReader) {
    let request = reader.fields(of: Ttrpc__Request.self)
    service = reader.uncheckedBytes(request.pointee.service)
    method = reader.uncheckedBytes(request.pointee.method)
    payload = request.pointee.payload.bytes
    timeoutNanoseconds = request.pointee.timeout_nano
    hasMetadata = request.pointee.n_metadata > 0
  }

  /// Checks that the names are UTF-8 without U+0000.
  ///
  /// - Throws: `ProtobufDecodingError`.
  package static func checkNames(_ reader: borrowing MessageReader) throws(ProtobufDecodingError) {
    let request = reader.fields(of: Ttrpc__Request.self)
    _ = try reader.utf8(request.pointee.service, field: 1)
    _ = try reader.utf8(request.pointee.method, field: 2)
  }

  /// The metadata, or what is wrong with how much of it there is.
  ///
  /// - Throws: `ProtobufDecodingError` if a text is not UTF-8 or holds U+0000.
  package static func metadata(
    _ reader: borrowing MessageReader,
    entriesMax: Int,
    bytesMax: Int
  ) throws(ProtobufDecodingError) -> Result<Metadata, BeyondLimit> {
    let request = reader.fields(of: Ttrpc__Request.self)
    let count = request.pointee.n_metadata
    if count > entriesMax {
      let text = "\(count) metadata entries; at most \(entriesMax) are accepted"
      return .failure(
        BeyondLimit(limit: .metadataEntries, error: RPCError(.invalidArgument, text))
      )
    }
    var entries: [Metadata.Entry] = []
    var bytes = 0
    for index in 0..<count {
      guard let pair = request.pointee.metadata[index] else { continue }
      let entry = Metadata.Entry(
        key: try reader.string(pair.pointee.key, field: 5),
        value: try reader.string(pair.pointee.value, field: 5)
      )
      bytes += entry.key.utf8.count + entry.value.utf8.count
      entries.append(entry)
    }
    if bytes > bytesMax {
      let text = "\(bytes) bytes of metadata; at most \(bytesMax) are accepted"
      return .failure(
        BeyondLimit(limit: .metadataBytes, error: RPCError(.invalidArgument, text))
      )
    }
    return .success(Metadata(entries: entries))
  }
}
