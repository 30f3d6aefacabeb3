import ChatModel

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A call of the system that failed.
struct DiskError: Error, Hashable {
  let call: String
  let number: Int32

  init(_ call: String, number: Int32 = errno) {
    self.call = call
    self.number = number
  }

  var isMissing: Bool { number == ENOENT }

  /// What a caller may know of it.
  var answer: ChatError {
    switch number {
    case ENOSPC, EDQUOT: .resourceExhausted
    default: .internal
    }
  }
}
