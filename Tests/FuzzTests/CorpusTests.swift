import FuzzTargets
import ProtobufC
import Testing
import WardlineAPI

@Suite("What fuzzers start from and what they found")
struct CorpusTests {
  @Test("every seed keeps the target's promises", arguments: FuzzTarget.all)
  func seeds(_ target: FuzzTarget) async throws {
    try await FuzzTarget.prepare()
    let seeds = try target.seeds()
    #expect(!seeds.isEmpty)
    for seed in seeds { check(target, seed, "\(seed)") }
  }

  @Test("every input of the corpus keeps the target's promises", arguments: FuzzTarget.all)
  func corpus(_ target: FuzzTarget) async throws {
    try await FuzzTarget.prepare()
    for (index, input) in try target.corpus().enumerated() {
      check(target, input, "line \(index + 1) of its corpus")
    }
  }

  @Test("short inputs of all zeros, all ones, and nothing keep every promise")
  func plain() async throws {
    try await FuzzTarget.prepare()
    for target in FuzzTarget.all {
      for length in 0..<64 {
        for byte: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
          check(target, Array(repeating: byte, count: length), "\(length) times \(byte)")
        }
      }
    }
  }

  private func check(_ target: FuzzTarget, _ input: [UInt8], _ name: String) {
    do {
      try input.withUnsafeBytes { try target.run($0) }
    } catch {
      Issue.record("\(target.name), \(name): \(error)")
    }
  }
}
