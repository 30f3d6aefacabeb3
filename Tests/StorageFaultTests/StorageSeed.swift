import Foundation
import Testing

/// Where the chance of these tests comes from.
enum StorageSeed {
  /// WARDLINE_SEED repeats a run that failed.
  static let value =
    ProcessInfo.processInfo.environment["WARDLINE_SEED"].flatMap(UInt64.init)
    ?? UInt64.random(in: 0..<1_000_000)

  static func hint(_ run: Int) -> Comment {
    Comment("run \(run); repeat with WARDLINE_SEED=\(value)")
  }
}
