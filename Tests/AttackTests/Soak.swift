import Foundation

/// What a run of these tests is to be: short, as on every change, or long (`make soak`).
enum Soak {
  private static let environment = ProcessInfo.processInfo.environment

  static let isOn = environment["WARDLINE_SOAK"] != nil

  /// WARDLINE_SEED repeats a run that failed.
  static let seed =
    environment["WARDLINE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)
}
