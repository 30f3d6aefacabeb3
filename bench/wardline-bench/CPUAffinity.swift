#if canImport(Glibc)
import Glibc
#endif

/// Keeps a process on one processor, so that server and load generator do not take turns on both.
enum CPUAffinity {
  /// Does nothing where there are fewer processors or the system knows no affinity.
  static func pin(to processor: Int) {
    #if os(Linux)
    guard sysconf(Int32(_SC_NPROCESSORS_ONLN)) > processor, processor < 64 else { return }
    var set = cpu_set_t()
    withUnsafeMutableBytes(of: &set) { $0.storeBytes(of: UInt64(1) << processor, as: UInt64.self) }
    sched_setaffinity(0, MemoryLayout<cpu_set_t>.size, &set)
    #endif
  }
}
