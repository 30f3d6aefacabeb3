/// What the attachments of one user amount to.
public struct AttachmentUsage: Hashable, Sendable {
  /// An upload that is not complete counts as announced, or as the most it may have.
  public var bytes: Int64
  public var files: Int64
  /// Those that are not complete.
  public var uploads: Int64

  public init(bytes: Int64, files: Int64, uploads: Int64) {
    self.bytes = bytes
    self.files = files
    self.uploads = uploads
  }
}
