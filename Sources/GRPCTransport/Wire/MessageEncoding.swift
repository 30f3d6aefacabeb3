/// What the messages of a call may be compressed in, as its client names it. Answers are never
/// compressed: beside secrets they hold texts that others chose, and their length would tell of both.
package enum MessageEncoding: String, Sendable {
  case identity
  /// RFC 1952.
  case gzip
  /// RFC 1950, which is what `deflate` means in HTTP and in gRPC.
  case deflate

  /// All of them, as a header lists them.
  static let accepted = "identity,gzip,deflate"
}
