import ChatModel
import Foundation

/// The machine's clock, the only one in the house; everything else is handed the time.
enum SystemClock {
  static let now: @Sendable () -> Timestamp = {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }
}
