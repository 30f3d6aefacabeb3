import Foundation

/// What Linux says of a process.
struct ProcessFacts {
  /// Whether this system says it.
  static let areKnown = FileManager.default.fileExists(atPath: "/proc/self/status")

  let pid: Int32

  /// Bytes of memory that it has now.
  var residentBytes: Int { status("VmRSS") << 10 }
  /// The most that it has had.
  var peakBytes: Int { status("VmHWM") << 10 }
  var threads: Int { status("Threads") }

  /// Files and sockets that it has open.
  var openFiles: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count) ?? 0
  }

  /// Sockets alone: the readers of the database are opened as they are needed, and stay.
  var openSockets: Int {
    let folder = "/proc/\(pid)/fd"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.count { file in
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(file)")
      return target?.hasPrefix("socket:") == true
    }
  }

  /// Clock ticks, mostly of 10 ms, that it has kept a processor busy.
  var processorTicks: Int {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return 0 }
    // Behind the name come the fields from the third on; user and system time are 14 and 15.
    let fields = text[end...].split(separator: " ").dropFirst()
    return fields.dropFirst(11).prefix(2).reduce(0) { $0 + (Int($1) ?? 0) }
  }

  private func status(_ name: String) -> Int {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else {
      return 0
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }
}
