public import ChatModel

/// Which bytes of an attachment somebody wants.
public struct AttachmentPart: Hashable, Sendable {
  /// The first byte. Behind the end there are none.
  public var offset: Int64
  /// At most so many bytes; nil for all.
  public var length: Int64?
  /// The last so many bytes, whatever `offset` and `length` say.
  public var last: Int64?
  /// Of the bytes with this hash none are wanted: the caller has them.
  public var known: ContentHash?
  /// The bytes of which this is to be a part: of others all are wanted.
  public var whole: ContentHash?

  public init(
    offset: Int64 = 0,
    length: Int64? = nil,
    last: Int64? = nil,
    known: ContentHash? = nil,
    whole: ContentHash? = nil
  ) {
    self.offset = offset
    self.length = length
    self.last = last
    self.known = known
    self.whole = whole
  }

  /// - Throws: `invalidArgument` for a number below zero.
  func check() throws(ChatError) {
    let numbers = [("offset", offset), ("length", length ?? 0), ("last_bytes", last ?? 0)]
    for (field, number) in numbers where number < 0 {
      throw .invalidArgument(field: field, message: "must not be negative")
    }
  }

  func range(in blob: Blob) -> Range<Int64> {
    if known == blob.hash { return 0..<0 }
    if let whole, whole != blob.hash { return 0..<blob.size }
    if let last { return max(0, blob.size - last)..<blob.size }
    let start = min(offset, blob.size)
    return start..<(start + min(blob.size - start, length ?? .max))
  }
}
