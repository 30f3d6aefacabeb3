import Dispatch
import FuzzTargets
import Foundation

// libFuzzer brings the `main` and calls these two. The environment says which target is meant, so
// that all of them are built, and instrumented, once.

nonisolated(unsafe) private var chosen: FuzzTarget?  // Written before the only thread goes on.

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?) -> CInt {
  let name = ProcessInfo.processInfo.environment["WARDLINE_FUZZ_TARGET"] ?? ""
  chosen = FuzzTarget.all.first { $0.name == name }
  guard let chosen else {
    print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
    exit(name.isEmpty ? 0 : 1)
  }
  if let folder = ProcessInfo.processInfo.environment["WARDLINE_FUZZ_SEEDS"] {
    writeSeeds(of: chosen, to: folder)
    exit(0)
  }
  wait(for: FuzzTarget.prepare)
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  do {
    try chosen?.run(UnsafeRawBufferPointer(start: start, count: count))
  } catch {
    fatalError("\(error)")
  }
  return 0
}

private func writeSeeds(of target: FuzzTarget, to folder: String) {
  do {
    for (index, seed) in try target.seeds().enumerated() {
      try Data(seed).write(to: URL(filePath: folder).appending(path: "seed-\(index)"))
    }
  } catch {
    fatalError("\(error)")
  }
}

/// libFuzzer's `main` cannot wait for a task.
private func wait(for body: @escaping @Sendable () async throws -> Void) {
  let done = DispatchSemaphore(value: 0)
  Task.detached {
    do {
      try await body()
    } catch {
      fatalError("\(error)")
    }
    done.signal()
  }
  done.wait()
}
