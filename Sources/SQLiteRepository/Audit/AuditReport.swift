/// What came of checking the audit.
public struct AuditReport: Hashable, Sendable {
  /// The first record that is not what was written.
  public struct Fault: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      /// There is no record with that index, and there are later ones.
      case missing
      /// Its hash does not follow from the record before it and its own content.
      case altered
    }

    public let index: Int64
    public let kind: Kind
  }

  /// Records that are good, up to the first fault.
  public let count: Int64
  /// The hash of the last good one.
  public let head: [UInt8]
  /// nil when everything is as it was written.
  public let fault: Fault?
}
