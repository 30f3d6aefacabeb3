import CLibFuzzer
import Foundation
import FuzzTargets

/// Runs libFuzzer on one target, which the environment names: the arguments are libFuzzer's own.
@main
enum Fuzzer {
  private static let environment = ProcessInfo.processInfo.environment
  private static let chosen = FuzzTarget.all.first {
    $0.name == environment["WARDLINE_FUZZ_TARGET"]
  }

  static func main() async throws {
    guard let target = chosen else {
      print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
      return
    }
    if let folder = environment["WARDLINE_FUZZ_SEEDS"] {
      return try writeSeeds(of: target, to: URL(filePath: folder))
    }
    try await FuzzTarget.prepare()
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &arguments) { Fuzzer.run($0, $1) })
  }

  private static func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
      try chosen?.run(UnsafeRawBufferPointer(start: start, count: count))
      return 0
    } catch {
      // Not a trap on input from outside: this program is a fuzzer, and libFuzzer keeps the input of
      // a run only when the run crashes.
      fatalError("\(error)")
    }
  }

  private static func writeSeeds(of target: FuzzTarget, to folder: URL) throws {
    for (index, seed) in try (target.seeds() + target.corpus()).enumerated() {
      try Data(seed).write(to: folder.appending(path: "seed-\(index)"))
    }
  }
}
