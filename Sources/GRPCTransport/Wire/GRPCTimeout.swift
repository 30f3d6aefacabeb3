/// Reads `grpc-timeout`: one to eight digits and a unit.
enum GRPCTimeout {
  /// Nanoseconds, at most those of the largest number; nil for anything that is not a timeout.
  static func nanoseconds(_ text: String) -> Int64? {
    let bytes = text.utf8
    guard (2...9).contains(bytes.count), let unit = bytes.last.flatMap(nanoseconds) else {
      return nil
    }
    var number: Int64 = 0
    for byte in bytes.dropLast() {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      number = number * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? .max : product
  }

  private static func nanoseconds(_ unit: UInt8) -> Int64? {
    switch unit {
    case UInt8(ascii: "H"): 3_600_000_000_000
    case UInt8(ascii: "M"): 60_000_000_000
    case UInt8(ascii: "S"): 1_000_000_000
    case UInt8(ascii: "m"): 1_000_000
    case UInt8(ascii: "u"): 1_000
    case UInt8(ascii: "n"): 1
    default: nil
    }
  }
}
