import NIOHPACK
import RPC

/// What the headers of a request say, once they have been found to be those of a gRPC call.
struct GRPCRequestHead: Equatable {
  /// `/package.Service/Method`.
  var path: String
  /// Nanoseconds; nil when the caller waits for as long as it takes.
  var timeout: Int64?
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

  init(_ headers: HPACKHeaders, _ limits: MetadataLimits) throws(Refusal) {
    var (path, verb, contentType): (String?, String?, String?) = (nil, nil, nil)
    var entries: [Metadata.Entry] = []
    var byteCount = 0
    for (name, value, _) in headers {
      switch name {
      case ":path": path = value
      case ":method": verb = value
      case "content-type": contentType = value
      case "grpc-timeout":
        guard let timeout = GRPCTimeout.nanoseconds(value) else {
          throw .status(.malformedTimeout)
        }
        self.timeout = timeout
      case "grpc-encoding":
        if value != "identity" { throw .encoding(.unknownEncoding) }
      default:
        if Self.isOfTheTransport(name) { continue }
        byteCount += name.utf8.count + value.utf8.count
        entries.append(Metadata.Entry(key: name, value: try Self.value(value, of: name)))
      }
    }
    guard verb == "POST" else { throw .notGRPC(status: 405) }
    guard let contentType, Self.isGRPC(contentType) else { throw .notGRPC(status: 415) }
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
    case UInt8(ascii: "c"): return name == "content-length"
    default: return false
    }
  }

  /// `application/grpc`, alone or before `+proto` or parameters. Other encodings of messages, such as
  /// `+json`, are not spoken here.
  private static func isGRPC(_ contentType: String) -> Bool {
    let prefix = "application/grpc"
    guard contentType.utf8.count >= prefix.utf8.count else { return false }
    let lowercased = contentType.lowercased()
    guard lowercased.hasPrefix(prefix) else { return false }
    let rest = lowercased.dropFirst(prefix.count)
    return rest.isEmpty || rest.hasPrefix(";") || rest == "+proto" || rest.hasPrefix("+proto;")
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
  fileprivate static let unknownEncoding = RPCError(
    .unimplemented,
    "this server takes messages in identity only; send them without grpc-encoding"
  )

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
