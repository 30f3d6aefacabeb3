internal import CTTRPCProto
import NIOCore
import ProtobufC
import RPC

/// Packs a `ttrpc.Request`.
enum RequestWriter {
  static func write(
    into buffer: inout ByteBuffer,
    _ method: MethodDescriptor,
    metadata: Metadata,
    timeoutNanoseconds: Int64,
    payload: ByteBuffer
  ) {
    // One allocation holds every string, each with the NUL that C wants behind it.
    var texts: [CChar] = []
    let service = append(method.service, to: &texts)
    let name = append(method.name, to: &texts)
    let pairs = metadata.entries.map { (append($0.key, to: &texts), append($0.value, to: &texts)) }
    texts.withUnsafeMutableBufferPointer { texts in
      guard let base = texts.baseAddress else { return }
      var entries = pairs.map { key, value in
        var entry = Ttrpc__KeyValue()
        ttrpc__key_value__init(&entry)
        entry.key = base + key
        entry.value = base + value
        return entry
      }
      entries.withUnsafeMutableBufferPointer { entries in
        var pointers = entries.indices.map { index in entries.baseAddress.map { $0 + index } }
        pointers.withUnsafeMutableBufferPointer { pointers in
          payload.withUnsafeReadableBytes { bytes in
            var request = Ttrpc__Request()
            ttrpc__request__init(&request)
            request.service = base + service
            request.method = base + name
            request.payload = ProtobufCBinaryData(borrowing: bytes)
            request.timeout_nano = timeoutNanoseconds
            request.n_metadata = pointers.count
            request.metadata = pointers.baseAddress
            _ = buffer.writePackedMessage(&request)
          }
        }
      }
    }
  }

  /// - Returns: where the text starts.
  private static func append(_ text: String, to texts: inout [CChar]) -> Int {
    let start = texts.count
    texts.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
    texts.append(0)
    return start
  }
}
