import ChatModel
import ChatRepository
import Testing

let attachmentChecks: [ContractCheck] = [
  ContractCheck("an upload is its owner's alone, and becomes complete once") { clinic in
    let upload = try await clinic.begin(clinic.amara)
    #expect(upload.state == .uploading)
    #expect(try await clinic.repository.attachment(upload.id, visibleTo: clinic.amara) == upload)
    #expect(try await !clinic.sees(clinic.okafor, upload.id))
    let complete = try await clinic.complete(upload, at: 1)
    #expect(complete.blob == Blob(hash: try Clinic.hash(1), size: 100))
    #expect(complete.state == .clean)
    #expect(try await clinic.complete(upload, 2, state: .pending, at: 2) == complete)
    try await clinic.reopen()
    let found = try await clinic.repository.attachment(upload.id, visibleTo: clinic.amara)
    #expect(found == complete)
    #expect(try await !clinic.sees(clinic.okafor, upload.id))
  },
  ContractCheck("nobody completes or discards the upload of somebody else") { clinic in
    let upload = try await clinic.begin(clinic.amara)
    var foreign = upload
    foreign.owner = clinic.okafor
    await #expect(throws: ChatError.notFound(.attachment)) { try await clinic.complete(foreign) }
    await #expect(throws: ChatError.notFound(.attachment)) {
      _ = try await clinic.repository.write(
        DiscardAttachment(id: upload.id),
        try clinic.context(clinic.okafor)
      )
    }
    #expect(try await clinic.repository.attachment(upload.id, visibleTo: nil) == upload)
  },
  ContractCheck("a quota holds to the last byte, file and upload, and the error has the numbers") {
    clinic in
    let limits = Clinic.attachmentLimits(bytesMax: 500, filesMax: 3, uploadsMax: 2)
    let one = try await clinic.begin(clinic.amara, size: 100, limits: limits)
    // Of unknown size: counts as the greatest.
    await #expect(
      throws: ChatError.limitReached(
        "you have 100 bytes of attachments and asked for 401 more; at most 500 are accepted: "
          + "discard what you do not need"
      )
    ) { try await clinic.begin(clinic.amara, size: 401, limits: limits) }
    let two = try await clinic.begin(clinic.amara, size: nil, limits: limits)
    let full = try await clinic.repository.attachmentUsage(of: clinic.amara)
    #expect(full == AttachmentUsage(bytes: 500, files: 2, uploads: 2))
    await #expect(throws: ChatError.self) {
      try await clinic.begin(clinic.amara, size: 1, limits: limits)
    }
    try await clinic.complete(two)
    await #expect(throws: Never.self) {
      try await clinic.begin(clinic.amara, size: 300, limits: limits)
    }
    try await clinic.complete(one)
    await #expect(throws: ChatError.self, "a fourth file") {
      try await clinic.begin(clinic.amara, size: 0, limits: limits)
    }
    let usage = try await clinic.repository.attachmentUsage(of: clinic.amara)
    #expect(usage == AttachmentUsage(bytes: 500, files: 3, uploads: 1))
    try await clinic.begin(clinic.okafor, size: 400, limits: limits)
  },
  ContractCheck("an upload is started once under its key, whatever the limits are by then") {
    clinic in
    let first = try await clinic.begin(clinic.amara, key: "k")
    let none = Clinic.attachmentLimits(bytesMax: 0)
    #expect(try await clinic.begin(clinic.amara, limits: none, key: "k", at: 5) == first)
    await #expect(
      throws: ChatError.alreadyExists(
        .operation("Attachments/Start", subject: first.id.description)
      )
    ) { try await clinic.begin(clinic.amara, size: 99, key: "k") }
  },
  ContractCheck("a message has its attachment and its address, also after a restart") { clinic in
    let id = try await clinic.conversation(clinic.amara, clinic.okafor)
    let attachment = try await clinic.upload(clinic.amara)
    let message = try await clinic.post(attachment.id, clinic.amara, in: id)
    try await clinic.reopen()
    let found = try #require(
      try await clinic.repository.message(message, visibleTo: clinic.okafor)
    )
    #expect(found.attachmentID == attachment.id)
    #expect(found.attachmentURL == "/api/attachments/\(attachment.id)")
    let events = try await clinic.events(of: clinic.okafor)
    guard case .messageCreated(let pushed) = events.last?.kind else {
      Issue.record("no event of the message")
      return
    }
    #expect(pushed.attachmentID == attachment.id)
    #expect(pushed.attachmentURL == found.attachmentURL)
  },
  ContractCheck("what cannot be sent is refused, and nothing changes") { clinic in
    let id = try await clinic.conversation(clinic.amara, clinic.okafor)
    let upload = try await clinic.begin(clinic.amara)
    let rejected = try await clinic.complete(
      try await clinic.begin(clinic.amara),
      state: .pending
    )
    #expect(try await clinic.inspect(rejected.id, .rejected))
    let foreign = try await clinic.upload(clinic.lindqvist)
    let text = try await clinic.upload(clinic.amara, type: "text/plain")
    let missing = try #require(AttachmentID(rawValue: 1))
    let cases: [(AttachmentID, ChatError)] = [
      (upload.id, .failedPrecondition(.attachmentIncomplete)),
      (rejected.id, .failedPrecondition(.attachmentRejected)),
      (foreign.id, .notFound(.attachment)), (missing, .notFound(.attachment)),
      (text.id, .failedPrecondition(.notAnImage)),
    ]
    let head = try await clinic.repository.logHead()
    for (attachment, error) in cases {
      await #expect(throws: error) { try await clinic.post(attachment, clinic.amara, in: id) }
    }
    #expect(try await clinic.repository.logHead() == head)
    try await clinic.post(text.id, clinic.amara, in: id, as: .file)
  },
  ContractCheck("a message of which the answer was lost is answered when its file is gone") {
    clinic in
    let id = try await clinic.conversation(clinic.amara, clinic.okafor)
    let attachment = try await clinic.upload(clinic.amara)
    let intent = AppendMessage(
      destination: .conversation(id),
      type: .file,
      content: "",
      attachmentID: attachment.id
    )
    let context = try clinic.context(clinic.amara, key: "k")
    let first = try await clinic.repository.write(intent, context)
    try await clinic.delete(first.id, .all, by: clinic.amara, at: 1)
    #expect(try await clinic.collect(unusedBefore: 50) == [attachment.id])
    let again = try await clinic.repository.write(intent, context)
    #expect(again.id == first.id)
  },
]
