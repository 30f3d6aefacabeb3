import AttachmentStorage
import ChatModel
import ChatService
import Crypto
import Foundation
import Logging
import SeededRandom
import ServerProcess
import Testing

/// A store in a folder of its own.
struct Shelf {
  let folder: TemporaryFolder
  let store: DiskAttachmentStore

  init() throws {
    folder = try TemporaryFolder()
    store = try Self.open(folder)
  }

  /// The same folder, as a server finds it that starts anew.
  func reopened() throws -> DiskAttachmentStore { try Self.open(folder) }

  private static func open(_ folder: TemporaryFolder) throws -> DiskAttachmentStore {
    try DiskAttachmentStore(
      folder: folder.url.appending(path: "attachments").path,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
  }

  /// The paths of all files, relative to the store's folder, sorted.
  func files() -> [String] {
    let root = folder.url.appending(path: "attachments")
    let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
    return (paths ?? []).filter { path in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(
        atPath: root.appending(path: path).path,
        isDirectory: &isFolder
      )
      return !isFolder.boolValue
    }.sorted()
  }

  func url(_ path: String) -> URL {
    folder.url.appending(path: "attachments").appending(path: path)
  }

  /// A program of two lines of shell.
  func script(_ text: String) throws -> String {
    let url = folder.url.appending(path: "script-\(UUID().uuidString)")
    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
    return url.path
  }
}

func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}

func hash(of bytes: [UInt8]) throws -> ContentHash {
  try #require(ContentHash(bytes: Array(SHA256.hash(data: bytes))))
}

func attachment(_ number: Int64) throws -> AttachmentID {
  try #require(AttachmentID(rawValue: number))
}

extension AttachmentStore {
  /// Uploads bytes in one go and makes a blob of them.
  func keep(_ bytes: [UInt8], as upload: AttachmentID) async throws -> Blob {
    try await append(bytes, to: upload, at: 0)
    let blob = try await examine(upload).blob
    try await publish(upload, as: blob)
    try await discard(upload)
    return blob
  }
}
