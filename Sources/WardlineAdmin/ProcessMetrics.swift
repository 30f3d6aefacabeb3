import Foundation
import Metrics
public import PrometheusMetrics
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the process itself takes, read when somebody asks: memory, files, processor time and age.
public final class ProcessMetrics: Sendable {
  private let memory: Meter
  private let files: Meter
  private let startTime: Meter
  private let processorTime: FloatingPointCounter
  private let countedSeconds = Mutex(0.0)

  private init(_ factory: any MetricsFactory) {
    memory = Meter(label: "process_resident_memory_bytes", factory: factory)
    files = Meter(label: "process_open_fds", factory: factory)
    startTime = Meter(label: "process_start_time_seconds", factory: factory)
    processorTime = FloatingPointCounter(label: "process_cpu_seconds_total", factory: factory)
    startTime.set(Date().timeIntervalSince1970)
  }

  /// Has the registry read them before each text.
  public static func install(in registry: PrometheusRegistry) {
    let metrics = ProcessMetrics(registry)
    registry.beforeText { metrics.update() }
  }

  private func update() {
    if let bytes = Self.residentBytes { memory.set(bytes) }
    if let count = Self.openFiles { files.set(count) }
    let seconds = Self.processorSeconds
    let more = countedSeconds.withLock { counted in
      defer { counted = max(counted, seconds) }
      return seconds - counted
    }
    if more > 0 { processorTime.increment(by: more) }
  }

  /// nil where the system does not tell.
  private static var residentBytes: Int? {
    guard let line = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return nil
    }
    let fields = line.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static var openFiles: Int? {
    try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
