import Hummingbird
import NIOHTTP1
import RPC
import WardlineAPI

// The bytes of a file, in as many requests as it takes.
extension RouteCall {
  /// Hands the body on as it comes, and waits when the disk is slower than the net.
  func upload() async throws -> Attachment {
    let type = request.headers[.contentType] ?? ""
    guard type == "application/octet-stream" else {
      throw Problem.wrongType("application/octet-stream")
    }
    let part = try UploadPart(self)
    do {
      let response = try await api.attachments.upload(options: options) { writer in
        try await part.send(to: writer)
      }
      return try Routes.present(response.attachment)
    } catch let error as RPCError where error.code == .outOfRange {
      throw Problem(
        .conflict,
        "WRONG_OFFSET",
        error.message,
        field: "Upload-Offset",
        headers: [.uploadOffset: String(try await attachment().receivedBytes)]
      )
    }
  }
}

/// A part of a file that a request carries.
private struct UploadPart: Sendable {
  let id: String
  let offset: Int64
  let isLast: Bool
  let sha256: String
  let body: RequestBody

  init(_ call: RouteCall) throws(Problem) {
    let headers = call.request.headers
    let offset = headers[.uploadOffset] ?? "0"
    guard let offset = Int64(offset), offset >= 0 else {
      throw .invalid("Upload-Offset", "must be a whole number from 0")
    }
    let complete = headers[.uploadComplete] ?? "?0"
    guard ["?0", "?1"].contains(complete) else {
      throw .invalid("Upload-Complete", "must be ?1 on the last part, else ?0")
    }
    id = call.parameter("id")
    self.offset = offset
    isLast = complete == "?1"
    sha256 = headers[.uploadSha256] ?? ""
    body = call.request.body
  }

  func send(to writer: ClientStreamWriter<UploadAttachmentRequest>) async throws {
    try await writer.write(UploadAttachmentRequest(attachmentID: id, offset: offset))
    do {
      try await sendBytes(to: writer)
    } catch is HTTPParserError {
      // What has come is kept: the client goes on from there.
      throw RPCError(.invalidArgument, Problem.brokenBody.detail)
    }
    if isLast { try await writer.write(UploadAttachmentRequest(last: true, sha256: sha256)) }
  }

  private func sendBytes(to writer: ClientStreamWriter<UploadAttachmentRequest>) async throws {
    for try await var bytes in body {
      while let piece = bytes.readBytes(length: min(bytes.readableBytes, Self.pieceBytes)),
        !piece.isEmpty
      {
        try await writer.write(UploadAttachmentRequest(data: piece))
      }
    }
  }

  private static let pieceBytes = 64 << 10
}
