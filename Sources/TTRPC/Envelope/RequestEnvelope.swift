internal import CTTRPCProto
package import ProtobufC
package import RPC

/// A `ttrpc.Request` while it lies in the decoding arena: valid inside the call that got it.
package struct RequestEnvelope {
  package let service: UnsafeRawBufferPointer
  package let method: UnsafeRawBufferPointer
  package let payload: UnsafeRawBufferPointer
  /// 0: no limit; negative: already over.
  package let timeoutNanoseconds: Int64
  package let metadata: Result<Metadata, BeyondLimit>

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
  /// - Throws: `ProtobufDecodingError`.
  package static func withDecoded(
    _ bytes: UnsafeRawBufferPointer,
    entriesMax: Int,
    bytesMax: Int,
    _ body: (RequestEnvelope) -> Void
  ) throws(ProtobufDecodingError) {
    try descriptor.withUnpacked(bytes) { reader throws(ProtobufDecodingError) in
      let request = reader.fields(of: Ttrpc__Request.self)
      let payload = request.pointee.payload.bytes
      body(
        RequestEnvelope(
          service: UnsafeRawBufferPointer(try reader.utf8(request.pointee.service, field: 1)),
          method: UnsafeRawBufferPointer(try reader.utf8(request.pointee.method, field: 2)),
          payload: payload,
          timeoutNanoseconds: request.pointee.timeout_nano,
          metadata: try metadata(reader, entriesMax: entriesMax, bytesMax: bytesMax)
        )
      )
    }
  }

  private static func metadata(
    _ reader: borrowing MessageReader,
    entriesMax: Int,
    bytesMax: Int
  ) throws(ProtobufDecodingError) -> Result<Metadata, BeyondLimit> {
    let request = reader.fields(of: Ttrpc__Request.self)
    let count = request.pointee.n_metadata
    if count == 0 { return .success(Metadata()) }
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
