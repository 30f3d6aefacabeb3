import NIOCore
import ProtobufC
import RPC
import TTRPC
import TTRPCWire

extension FuzzTarget {
  static let requestEnvelope = FuzzTarget(name: "request-envelope", run: fuzzRequest) {
    let payloads = [ByteBuffer(), ByteBuffer(string: "payload")]
    let metadata: [Metadata] = [
      Metadata(), ["authorization": "Bearer x"], ["a": "", "b": "ü", "": "c"],
    ]
    return metadata.flatMap { metadata in
      payloads.map { payload in
        requestBytes("wardline.v1.Messages", "Send", metadata, timeout: 1_000_000, payload)
      }
    } + [[], [0x0a, 0xff], [0x0a, 3, 0x61, 0, 0x62], [0x20, 0xff, 0xff, 0xff, 0xff, 0x0f]]
  }

  static let responseEnvelope = FuzzTarget(name: "response-envelope", run: fuzzResponse) {
    [
      dataOfFrame { $0.writeResponse(StreamID(1), payload: ByteBuffer()) },
      dataOfFrame { $0.writeResponse(StreamID(1), payload: ByteBuffer(string: "payload")) },
      dataOfFrame { $0.writeResponse(StreamID(1), error: RPCError(.notFound, "nobody")) },
      [], [0x0a, 2, 8, 0], [0x0a, 3, 8, 5, 0x12],
    ]
  }
}

private let entriesMax = 64
private let metadataBytesMax = 8 << 10

/// What is let through is text without U+0000 and within the limits, and survives being written and
/// read again.
private func fuzzRequest(_ bytes: UnsafeRawBufferPointer) throws {
  guard let request = try ReadRequest(bytes) else { return }
  guard let metadata = request.metadata else { return }
  let again = requestBytes(
    request.service,
    request.method,
    metadata,
    timeout: request.timeout,
    ByteBuffer(bytes: request.payload)
  )
  let second = try again.withUnsafeBytes { try ReadRequest($0) }
  try promise(second == request, "a Request changes when it is written and read again")
}

/// A Request as values.
private struct ReadRequest: Equatable {
  var service = ""
  var method = ""
  var payload: [UInt8] = []
  var timeout: Int64 = 0
  /// nil when it was over a limit.
  var metadata: Metadata?

  /// nil when the bytes are no Request.
  init?(_ bytes: UnsafeRawBufferPointer) throws {
    var read = ReadRequest()
    var names: [String?] = []
    do {
      try RequestEnvelope.withDecoded(bytes) { request, reader throws(ProtobufDecodingError) in
        try RequestEnvelope.checkNames(reader)
        names = [request.service, request.method].map { String(validating: $0, as: UTF8.self) }
        read.payload = Array(request.payload)
        read.timeout = request.timeoutNanoseconds
        let metadata = try RequestEnvelope.metadata(
          reader,
          entriesMax: entriesMax,
          bytesMax: metadataBytesMax
        )
        read.metadata = try? metadata.get()
      }
    } catch {
      return nil
    }
    let texts = names.compactMap(\.self)
    try promise(texts.count == 2, "a name that is not UTF-8 was let through")
    (read.service, read.method) = (texts[0], texts[1])
    let entries = read.metadata?.entries ?? []
    let all = texts + entries.flatMap { [$0.key, $0.value] }
    try promise(!all.contains { $0.utf8.contains(0) }, "U+0000 was let through")
    try promise(entries.count <= entriesMax, "too many metadata entries were let through")
    self = read
  }

  private init() {}
}

/// What is let through survives being written and read again.
private func fuzzResponse(_ bytes: UnsafeRawBufferPointer) throws {
  guard let response = try? ResponseEnvelope(decoding: bytes) else { return }
  let again = dataOfFrame { writer in
    if let error = response.error {
      writer.writeResponse(StreamID(1), error: error)
    } else {
      writer.writeResponse(StreamID(1), payload: response.payload)
    }
  }
  let second = try again.withUnsafeBytes { try ResponseEnvelope(decoding: $0) }
  try promise(second.error == response.error, "a status changes when it is written and read again")
  try promise(
    response.error != nil || second.payload == response.payload,
    "a payload changes when it is written and read again"
  )
}

private func requestBytes(
  _ service: String,
  _ method: String,
  _ metadata: Metadata,
  timeout: Int64,
  _ payload: ByteBuffer
) -> [UInt8] {
  dataOfFrame { writer in
    writer.writeRequest(
      StreamID(1),
      MethodDescriptor(service: service, name: method, kind: .unary),
      metadata: metadata,
      timeoutNanoseconds: timeout,
      payload: payload,
      flags: []
    )
  }
}

/// The data of the frame that is written.
private func dataOfFrame(_ write: (inout FrameWriter) -> Void) -> [UInt8] {
  var writer = FrameWriter()
  write(&writer)
  return Array((writer.take() ?? ByteBuffer()).readableBytesView.dropFirst(FrameHeader.length))
}
