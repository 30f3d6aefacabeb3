/// Moments of a commit at which the end of the process is tested.
enum Failpoint: String, CaseIterable {
  /// Nothing is written yet.
  case beforeBegin
  /// Every write of the group has written its rows; what was put off is missing.
  case afterInsert
  /// Everything is written, nothing is durable.
  case beforeCommit
  /// The group is durable, and nobody knows it yet.
  case afterCommit
}
