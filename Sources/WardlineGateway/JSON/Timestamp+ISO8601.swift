import ChatModel

extension Timestamp {
  /// Parses a time as RFC 3339 has them: `2026-11-22T09:30:00Z`, `2026-11-22T10:30:00.125+01:00`. Of a
  /// fraction of the second the first three digits count. Nil for anything else.
  ///
  /// Nothing happened here before 1970: what lies before it is its first millisecond.
  init?(iso8601 text: String) {
    let bytes = Array(text.utf8)
    guard (20...64).contains(bytes.count), bytes[4] == UInt8(ascii: "-"),
      bytes[7] == UInt8(ascii: "-"), bytes[10] | 0x20 == UInt8(ascii: "t"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
      let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
      let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19]),
      (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year),
      // A minute has 61 seconds now and then.
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let fraction = bytes[19...].prefix { $0 == UInt8(ascii: ".") || Self.isDigit($0) }
    guard let milliseconds = Self.milliseconds(fraction),
      let offset = Self.offset(bytes[fraction.endIndex...])
    else { return nil }
    let days = Self.days(until: year, month, day)
    let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
    self.init(milliseconds: max(1, seconds * 1000 + milliseconds))
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Of a few digits.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
  }

  /// The fraction with its point, or nothing.
  private static func milliseconds(_ fraction: ArraySlice<UInt8>) -> Int64? {
    guard let point = fraction.first else { return 0 }
    let digits = fraction.dropFirst()
    guard point == UInt8(ascii: "."), digits.allSatisfy(isDigit),
      let value = number(digits.prefix(3))
    else { return nil }
    return [100, 10, 1][digits.prefix(3).count - 1] * value
  }

  /// By how many minutes a zone is before UTC: `Z`, `+01:00`.
  private static func offset(_ zone: ArraySlice<UInt8>) -> Int64? {
    let zone = Array(zone)
    if zone.count == 1 { return zone[0] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
    guard zone.count == 6, zone[3] == UInt8(ascii: ":"),
      zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"),
      let hours = number(zone[1..<3]), let minutes = number(zone[4..<6]), hours < 24, minutes < 60
    else { return nil }
    return (zone[0] == UInt8(ascii: "+") ? 1 : -1) * (hours * 60 + minutes)
  }

  private static func isLeap(_ year: Int64) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// From 1970-01-01; fewer than none before it.
  private static func days(until year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    // Counted from a year 0 that lies far enough back to be divided without signs.
    let past = year + 399
    let leaps = past / 4 - past / 100 + past / 400 - (2369 / 4 - 2369 / 100 + 2369 / 400)
    let months = (1..<month).reduce(0) { $0 + days(in: $1, of: year) }
    return (year - 1970) * 365 + leaps + months + day - 1
  }
}
