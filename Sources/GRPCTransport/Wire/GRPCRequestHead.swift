import NIOHPACK
import RPC

/// What the headers of a request say, once they have been found to be those of a call.
struct GRPCRequestHead: Equatable {
  /// `/package.Service/Method`.
  var path: String
  /// Nanoseconds; nil when the caller waits for as long as it takes.
  var timeout: Int64?
  /// What messages that say that they are compressed are compressed in.
  var encoding = MessageEncoding.identity
  var metadata = Metadata()

  /// Why there is no call.
  enum Refusal: Error, Equatable {
    /// What came is no gRPC: an answer of plain HTTP.
    case notGRPC(status: Int)
    case status(RPCError)
    /// The same, with the list of the encodings that are understood.
    case encoding(RPCError)
    /// More metadata than there may be.
    case metadata(RPCError)
  }

  /// How much a caller may say beside its message.
  struct MetadataLimits {
    let entries: Int
    /// Keys and values together.
    let bytes: Int
  }

  init(path: String, timeout: Int64? = nil, metadata: Metadata = Metadata()) {
    self.path = path
    self.timeout = timeout
    self.metadata = metadata
  }

  /// How the call is written.
  ///
  /// - Throws: what is answered to something that is no call.
  static func dialect(of headers: HPACKHeaders) throws(Refusal) -> CallDialect {
    guard headers.first(name: ":method") == "POST" else { throw .notGRPC(status: 405) }
    guard let type = headers.first(name: "content-type"),
      let dialect = CallDialect(contentType: type)
    else { throw .notGRPC(status: 415) }
    return dialect
  }

  init(
    _ headers: HPACKHeaders,
    _ dialect: CallDialect,
    _ limits: MetadataLimits
  ) throws(Refusal) {
    var path: String?
    var entries: [Metadata.Entry] = []
    var byteCount = 0
    for (name, value, _) in headers {
      switch name {
      case ":path": path = value
      case "grpc-timeout", "connect-timeout-ms":
        timeout = try Self.timeout(value, of: name)
      case dialect.encodingHeader:
        guard let encoding = MessageEncoding(rawValue: value) else {
          throw .encoding(.unknownEncoding(name))
        }
        self.encoding = encoding
      default:
        if Self.isOfTheTransport(name) { continue }
        byteCount += name.utf8.count + value.utf8.count
        entries.append(Metadata.Entry(key: name, value: try Self.value(value, of: name)))
      }
    }
    guard entries.count <= limits.entries, byteCount <= limits.bytes else {
      throw .metadata(.tooMuchMetadata(limits))
    }
    self.path = path ?? ""
    if !entries.isEmpty { metadata = Metadata(entries: entries) }
  }

  /// What is between the transports, and no metadata of the call.
  private static func isOfTheTransport(_ name: String) -> Bool {
    guard let first = name.utf8.first else { return true }
    switch first {
    case UInt8(ascii: ":"): return true
    case UInt8(ascii: "g"): return name.hasPrefix("grpc-")
    case UInt8(ascii: "t"): return name == "te" || name == "trailer"
    case UInt8(ascii: "u"): return name == "user-agent"
    case UInt8(ascii: "a"): return name == "accept-encoding" || name == "accept"
    case UInt8(ascii: "c"):
      return name == "content-length" || name == "content-type" || name.hasPrefix("connect-")
    case UInt8(ascii: "x"): return name == "x-user-agent" || name == "x-grpc-web"
    default: return false
    }
  }

  private static func timeout(_ value: String, of name: String) throws(Refusal) -> Int64 {
    if name == "grpc-timeout" {
      guard let timeout = GRPCTimeout.nanoseconds(value) else { throw .status(.malformedTimeout) }
      return timeout
    }
    guard (1...10).contains(value.utf8.count),
      value.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let milliseconds = Int64(value)
    else { throw .status(.malformedMilliseconds) }
    return milliseconds * 1_000_000
  }

  /// Values that are bytes stay as they came, in base64: metadata are texts here.
  private static func value(_ value: String, of name: String) throws(Refusal) -> String {
    if name.hasSuffix("-bin"), !isBase64(value) { throw .status(.malformedBinary(name)) }
    return value
  }

  /// Letters, digits, `+` and `/`, with or without the `=` at the end; several values stand between
  /// commas.
  private static func isBase64(_ text: String) -> Bool {
    text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .allSatisfy { value in
        let digits = value.prefix { $0 != UInt8(ascii: "=") }
        let padding = value.count - digits.count
        guard digits.allSatisfy(isBase64Digit), value.dropFirst(digits.count).allSatisfy(isPadding)
        else { return false }
        return digits.count % 4 != 1 && (padding == 0 || value.count % 4 == 0)
      }
  }

  private static func isPadding(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "=") }

  private static func isBase64Digit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
      true
    default: false
    }
  }
}

extension RPCError {
  fileprivate static let malformedTimeout = RPCError(
    .invalidArgument,
    "grpc-timeout is one to eight digits and H, M, S, m, u or n"
  )
  fileprivate static let malformedMilliseconds = RPCError(
    .invalidArgument,
    "connect-timeout-ms is one to ten digits"
  )

  fileprivate static func unknownEncoding(_ header: String) -> RPCError {
    RPCError(
      .unimplemented,
      "\(header) may be one of \(MessageEncoding.accepted)"
    )
  }

  fileprivate static func malformedBinary(_ name: String) -> RPCError {
    RPCError(.invalidArgument, "the value of \(name.prefix(64)) is not base64")
  }

  fileprivate static func tooMuchMetadata(_ limits: GRPCRequestHead.MetadataLimits) -> RPCError {
    RPCError(
      .resourceExhausted,
      "metadata may have \(limits.entries) entries and \(limits.bytes) bytes"
    )
  }
}
