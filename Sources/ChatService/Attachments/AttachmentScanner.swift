public import ChatModel

/// Looks into a file before others get it.
public protocol AttachmentScanner: Sendable {
  /// - Throws: `InspectionFailure` when it cannot tell. The file is held back and scanned again.
  func scan(_ path: String) async throws(InspectionFailure) -> ScanVerdict
}

/// What a scan says of a file.
public enum ScanVerdict: Hashable, Sendable, CaseIterable {
  /// Whoever may see it may have it.
  case clean
  /// Nobody may have it.
  case rejected
}

/// Makes small pictures of images.
public protocol ThumbnailMaker: Sendable {
  /// The types that it understands.
  var contentTypes: Set<ContentType> { get }
  /// What it makes.
  var thumbnailType: ContentType { get }

  /// - Throws: `InspectionFailure` when it makes nothing of the file, which then goes without.
  func thumbnail(of path: String) async throws(InspectionFailure) -> [UInt8]
}

/// Why a file was not looked into: for the log, without anything of the file.
public struct InspectionFailure: Error, Hashable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
