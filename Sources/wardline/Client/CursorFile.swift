import Foundation

/// Keeps a cursor from one run to the next.
struct CursorFile {
  let path: String

  /// nil when there is no such file, or nothing in it.
  ///
  /// - Throws: `SettingError` for a file that is there and cannot be read.
  func read() throws -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw SettingError("the cursor file \(path) cannot be read")
    }
    let cursor = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return cursor.isEmpty ? nil : cursor
  }

  /// Replaces the file as a whole, so that a reader finds the old cursor or the new one.
  ///
  /// - Throws: `SettingError` when the file cannot be written.
  func write(_ cursor: String) throws {
    do {
      try Data("\(cursor)\n".utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw SettingError("the cursor file \(path) cannot be written")
    }
  }
}
