public import ChatModel

/// What attachments need beside the repository.
public struct AttachmentBackend: Sendable {
  public var store: any AttachmentStore
  /// Nil lets every file pass.
  public var scanner: (any AttachmentScanner)?
  /// Nil makes no thumbnails.
  public var thumbnails: (any ThumbnailMaker)?
  public var limits: AttachmentLimits
  /// Is told of what could not be looked into, for the log.
  public var report: @Sendable (InspectionFailure) -> Void

  public init(
    store: any AttachmentStore,
    scanner: (any AttachmentScanner)? = nil,
    thumbnails: (any ThumbnailMaker)? = nil,
    limits: AttachmentLimits = AttachmentLimits(),
    report: @escaping @Sendable (InspectionFailure) -> Void = { _ in }
  ) {
    self.store = store
    self.scanner = scanner
    self.thumbnails = thumbnails
    self.limits = limits
    self.report = report
  }
}
