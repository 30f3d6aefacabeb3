import Hummingbird
import RPC
import WardlineAPI

extension Routes {
  /// Files on their way to the server, and what is known of them.
  static let attachments: [Route] = [
    .object(
      .post,
      "/api/attachments",
      "Announce a file",
      body: .fields([
        .required("File_name", .form(.fileName)), .required("Content_type", .form(.contentType)),
        RequestField("Size", .fileSize), RequestField("Sha256", .form(.sha256)),
      ]),
      status: .created,
      Shapes.attachment,
      headers: { [.location: $0.url] }
    ) { call in
      let request = StartAttachmentRequest(
        fileName: call.body.text("File_name"),
        contentType: call.body.text("Content_type"),
        size: call.body.integer("Size") ?? 0,
        sha256: call.body.text("Sha256"),
        idempotencyKey: call.idempotencyKey
      )
      return try present(
        try await call.api.attachments.start(request, options: call.options).attachment
      )
    },
    .object(
      .patch,
      "/api/attachments/:id",
      "Send the bytes of a file, or the next part of them",
      body: .bytes,
      Shapes.attachment,
      headers: { [.uploadOffset: String($0.receivedBytes)] }
    ) { try await $0.upload() }
    .withHeaders(.uploadOffset, .uploadComplete, .uploadSha256),
    .object(
      .get,
      "/api/attachments/usage",
      "What the caller's files amount to, and what is accepted",
      Shapes.attachmentUsage
    ) { call in
      try await call.api.attachments.usage(AttachmentUsageRequest(), options: call.options)
    },
    .object(
      .get,
      "/api/attachments/:id/info",
      "What is known of a file",
      Shapes.attachment
    ) { try await $0.attachment() },
    .done(.delete, "/api/attachments/:id", "Give up a file that is in no message") { call in
      let request = DiscardAttachmentRequest(
        attachmentID: call.parameter("id"),
        idempotencyKey: call.idempotencyKey
      )
      _ = try await call.api.attachments.discard(request, options: call.options)
    },
  ]
}

extension RouteCall {
  /// What is known of the file that the path names.
  func attachment() async throws -> Attachment {
    let request = GetAttachmentRequest(attachmentID: parameter("id"))
    return try Routes.present(
      try await api.attachments.get(request, options: options).attachment
    )
  }
}
