public import ChatModel
public import ChatService
import Foundation

/// Has libvips make the thumbnails, in a process of its own.
///
/// Pictures come from strangers, and decoders of pictures have had holes for as long as there are
/// pictures: one must not run where the messages of a clinic are. So a child process gets one file
/// to read and one to write, nothing of the server's surroundings, little memory, little time, and
/// only those decoders that libvips itself calls safe for strangers' files. What it leaves out of
/// the picture is everything but the picture: where it was taken, by whom, with what.
public struct VipsThumbnailMaker: ThumbnailMaker {
  /// The longer side, in pixels.
  private let edgeMax: Int
  private let scratch: String
  private let program: Program

  public let contentTypes: Set<ContentType>
  public let thumbnailType: ContentType

  /// Looks for `vipsthumbnail`.
  ///
  /// - Parameters:
  ///   - store: whose folder for what is being made it uses.
  ///   - searchPath: the folders to look in, as in PATH.
  ///   - edgeMax: the longer side of a thumbnail, in pixels.
  ///   - timeout: the time for one picture, after which the program is killed.
  /// - Returns: nil when the program is not there: images then have no thumbnails.
  public init?(
    _ store: DiskAttachmentStore,
    searchPath: String,
    edgeMax: Int = 320,
    timeout: Duration = .seconds(20)
  ) {
    guard let tool = Self.find("vipsthumbnail", in: searchPath),
      let jpeg = ContentType("image/jpeg")
    else { return nil }
    self.edgeMax = edgeMax
    scratch = store.folder.scratch
    contentTypes = Set(["jpeg", "png", "gif", "webp"].compactMap { ContentType("image/\($0)") })
    thumbnailType = jpeg
    program = Program(
      command: ["/bin/sh", "-c", Self.limits, tool],
      environment: ["LC_ALL": "C", "VIPS_BLOCK_UNTRUSTED": "1", "VIPS_CONCURRENCY": "1"],
      timeout: timeout
    )
  }

  /// Lowers the limits of the shell, which then becomes the program that it is given: 10 seconds of
  /// processor time, 1 GiB of address space, 4 MiB of output, no core. A system that does not know
  /// one of them goes without it.
  private static let limits = """
    ulimit -t 10; ulimit -v 1048576 2>/dev/null; ulimit -f 8192; ulimit -c 0; exec "$0" "$@"
    """

  public func thumbnail(of path: String) async throws(InspectionFailure) -> [UInt8] {
    let output = "\(scratch)/\(UInt64.random(in: 0 ... .max)).jpg"
    defer { try? FileManager.default.removeItem(atPath: output) }
    let code = try await program.run([
      path, "--size", "\(edgeMax)x\(edgeMax)>", "-o",
      "\(output)[Q=80,strip,background=255]",
    ])
    guard code == 0 else { throw InspectionFailure("vipsthumbnail ended with code \(code)") }
    guard let bytes = FileManager.default.contents(atPath: output), !bytes.isEmpty else {
      throw InspectionFailure("vipsthumbnail made nothing")
    }
    return Array(bytes)
  }

  private static func find(_ name: String, in path: String) -> String? {
    path.split(separator: ":").map { "\($0)/\(name)" }
      .first { $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0) }
  }
}
