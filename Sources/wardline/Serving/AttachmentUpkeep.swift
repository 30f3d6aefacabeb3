import AttachmentStorage
import ChatModel
import ChatService
import Foundation
import Logging

/// Where the server keeps attachments, and what it does for them beside calls.
struct AttachmentUpkeep: Sendable {
  let attachments: Attachments
  let time: any Timekeeper
  let logger: Logger

  /// Opens the store in the folder of the data.
  static func backend(_ settings: ServerSettings, logger: Logger) throws -> AttachmentBackend {
    let store = try DiskAttachmentStore(
      folder: URL(filePath: settings.dataFolder).appending(path: "attachments").path,
      logger: logger
    )
    let scanner = settings.attachments.scanner
    if scanner == nil {
      logger.notice("attachments are not scanned: attachments.scan-command and .scan-url are empty")
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let thumbnails = VipsThumbnailMaker(store, searchPath: path)
    if thumbnails == nil {
      logger.notice("images have no thumbnails: vipsthumbnail (libvips-tools) is not in PATH")
    }
    return AttachmentBackend(
      store: store,
      scanner: scanner,
      thumbnails: thumbnails,
      limits: settings.attachments.limits,
      report: { logger.warning("a file was not looked into: \($0)") }
    )
  }

  /// Looks into files, and lets go of what nobody needs, until its task is cancelled.
  func run() async {
    await withTaskGroup { group in
      group.addTask { await attachments.inspection.run() }
      group.addTask { await repeatUpkeep() }
    }
  }

  private func repeatUpkeep() async {
    await attempt { () async throws(ChatError) in try await attachments.collection.sweep() }
    while !Task.isCancelled {
      await attempt { () async throws(ChatError) in
        try await attachments.inspection.submitWaiting()
        try await attachments.collection.collect()
      }
      try? await time.sleep(for: Self.interval)
    }
  }

  private func attempt(_ body: () async throws(ChatError) -> Void) async {
    do {
      try await body()
    } catch .cancelled {
      // The server stops.
    } catch {
      logger.warning("the upkeep of attachments is put off: \(error)")
    }
  }

  private static let interval = Duration.seconds(60)
}
