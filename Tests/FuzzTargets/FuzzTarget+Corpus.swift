import Foundation

extension FuzzTarget {
  /// What fuzzers have found: inputs that once did harm, and small ones that reach what no other
  /// reaches. They stand in `Corpus`, in a file of lines for each target, each line one input in hex.
  public func corpus() throws -> [[UInt8]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Corpus/\(name).hex")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      let digits = Array(line.utf8)
      return try stride(from: 0, to: digits.count, by: 2).map { index in
        guard
          let byte = UInt8(String(decoding: digits[index...].prefix(2), as: UTF8.self), radix: 16)
        else { throw FuzzFinding(description: "\(name).hex is not lines of hex") }
        return byte
      }
    }
  }
}
