/// The end of the audit's chain, as an operator notes it: `INDEX:HASH`, the hash in hexadecimal.
struct AuditHead: Hashable, CustomStringConvertible {
  let index: Int64
  let hash: [UInt8]

  init(index: Int64, hash: [UInt8]) {
    self.index = index
    self.hash = hash
  }

  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int64(parts[0]), index >= 0, parts[1].utf8.count == 64
    else { return nil }
    var hash: [UInt8] = []
    var digits = parts[1][...]
    while !digits.isEmpty {
      guard let byte = UInt8(digits.prefix(2), radix: 16) else { return nil }
      hash.append(byte)
      digits = digits.dropFirst(2)
    }
    self.init(index: index, hash: hash)
  }

  var description: String {
    "\(index):" + hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
