import Foundation
import TTRPC

/// Where the server of a data folder can be reached, for commands that are given the folder only.
enum AddressFile {
  static func path(in folder: String) -> String {
    URL(filePath: folder).appending(path: "address").path
  }

  static func write(_ address: ServiceAddress, in folder: String) throws {
    try Data("\(address)\n".utf8).write(to: URL(filePath: path(in: folder)), options: .atomic)
  }

  /// nil when no server has been started on that folder.
  static func read(in folder: String) -> ServiceAddress? {
    guard let text = try? String(contentsOfFile: path(in: folder), encoding: .utf8) else {
      return nil
    }
    return ServiceAddress(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
