/// How much of attachments the chat accepts, and for how long it keeps what nobody sends.
public struct AttachmentLimits: Hashable, Sendable {
  /// The most bytes in one file.
  public var fileBytesMax: Int64 = 100 << 20
  /// The most bytes of UTF-8 in the name of a file.
  public var fileNameBytesMax = 255
  /// The types that are accepted: `image/png` for one, `audio/*` for all of a kind, `*/*` for any.
  /// What browsers run (HTML, SVG, scripts) is not among the defaults.
  public var contentTypes: [String] = [
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/tiff",
    "audio/*", "video/mp4", "video/webm", "video/quicktime",
    "text/plain", "text/csv", "application/pdf", "application/dicom", "application/json",
    "application/zip", "application/msword", "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
  ]
  /// What all attachments of one user may amount to.
  public var quota = AttachmentQuota()
  /// The time from its start in which an upload must be complete.
  public var uploadLifetimeSeconds: Int64 = 24 * 3600
  /// The time for which a complete attachment is kept that is in no message.
  public var unusedLifetimeSeconds: Int64 = 24 * 3600
  /// The most bytes in one answer of a download.
  public var downloadChunkBytes = 256 << 10

  public init() {}
}

/// What the attachments of one user may amount to, those that are being uploaded too.
///
/// An upload counts with the size that was announced, else with the most that a file may have, until
/// it is complete.
public struct AttachmentQuota: Hashable, Sendable {
  public var bytesMax: Int64 = 5 << 30
  public var filesMax: Int64 = 10_000
  /// Uploads that are not complete.
  public var uploadsMax: Int64 = 32

  public init() {}
}

extension AttachmentLimits {
  /// Checks the name of a file, which is shown and never used as a path.
  ///
  /// Throws `invalidArgument` if it is blank, too long, or holds control characters or slashes.
  public func validate(fileName: String) throws(ChatError) {
    let bytes = fileName.utf8.count
    guard bytes <= fileNameBytesMax else {
      throw .invalidArgument(
        field: "file_name",
        message: "has \(bytes) bytes; at most \(fileNameBytesMax) are accepted"
      )
    }
    let isBlank = fileName.unicodeScalars.allSatisfy {
      $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint
    }
    guard !isBlank, fileName != ".", fileName != ".." else {
      throw .invalidArgument(field: "file_name", message: "must not be empty, blank or dots")
    }
    guard !ControlCharacters.occur(in: fileName), !fileName.utf8.contains(where: Self.isSlash)
    else {
      throw .invalidArgument(
        field: "file_name",
        message: "must not hold control characters, / or \\"
      )
    }
  }

  /// Checks the size of a file, or what has come of it. Throws `invalidArgument`.
  public func validate(size: Int64, field: String = "size") throws(ChatError) {
    guard size >= 0 else {
      throw .invalidArgument(field: field, message: "must not be negative")
    }
    guard size <= fileBytesMax else {
      throw .invalidArgument(
        field: field,
        message: "is \(size) bytes; at most \(fileBytesMax) are accepted"
      )
    }
  }

  /// Checks a type. Throws `invalidArgument`, which lists those that are accepted.
  public func validate(_ type: ContentType) throws(ChatError) {
    let isAccepted = contentTypes.contains {
      $0 == "*/*" || $0 == type.rawValue || $0 == "\(type.type)/*"
    }
    guard isAccepted else {
      throw .invalidArgument(
        field: "content_type",
        message: "is not accepted; accepted are \(contentTypes.joined(separator: ", "))"
      )
    }
  }

  private static func isSlash(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
  }
}
