import ChatModel
import Hummingbird
import WardlineAPI

/// Which bytes of a file a request wants, as its headers say. The tag of a file is its hash, so the one
/// call that answers can decide what they leave open.
struct DownloadWish: Sendable {
  private let range: ByteRange
  /// What the caller has.
  private let known: [String]
  /// What the range is of; nil for whatever is there.
  private let whole: String?

  init(_ headers: HTTPFields) {
    range = ByteRange(headers[.range])
    known = (headers[.ifNoneMatch] ?? "").split(separator: ",").map(Self.hash)
    whole = headers[.ifRange].map { Self.hash($0[...]) }
  }

  /// A tag without its quotes; what is no tag stays no hash.
  private static func hash(_ tag: Substring) -> String {
    let tag = tag.filter { $0 != " " }
    return String((tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]).filter { $0 != "\"" })
  }

  func call(for id: String) -> DownloadAttachmentRequest {
    var request = DownloadAttachmentRequest(attachmentID: id)
    request.knownSha256 = known.first { ContentHash($0) != nil } ?? ""
    if let whole {
      // A part of what no file can be: all of it is wanted.
      if ContentHash(whole) == nil { return request }
      request.partOfSha256 = whole
    }
    switch range {
    case .everything: break
    case .from(let first, let count):
      request.offset = first
      request.length = count ?? 0
    case .last(let count): request.lastBytes = count
    }
    return request
  }

  /// Whether the caller has the file already.
  func knows(_ file: WardlineAPI.Attachment) -> Bool {
    known.contains(file.sha256) || known == ["*"]
  }

  /// The range, if it speaks of this file.
  func range(of file: WardlineAPI.Attachment) -> ByteRange {
    whole == nil || whole == file.sha256 ? range : .everything
  }
}
