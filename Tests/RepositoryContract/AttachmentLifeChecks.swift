import ChatModel
import ChatRepository
import Testing

let attachmentLifeChecks: [ContractCheck] = [
  ContractCheck("an attachment is seen by whoever may see a message that has it, and no longer") {
    clinic in
    let id = try await clinic.group(clinic.okafor, [clinic.amara])
    let attachment = try await clinic.upload(clinic.okafor).id
    #expect(try await !clinic.sees(clinic.amara, attachment))
    let message = try await clinic.post(attachment, clinic.okafor, in: id)
    #expect(try await clinic.sees(clinic.amara, attachment))
    #expect(try await !clinic.sees(clinic.lindqvist, attachment))
    try await clinic.delete(message, .me, by: clinic.amara)
    #expect(try await !clinic.sees(clinic.amara, attachment), "he deleted it for himself")
    let again = try await clinic.post(attachment, clinic.okafor, in: id)
    #expect(try await clinic.sees(clinic.amara, attachment))
    try await clinic.remove(clinic.amara, from: id, by: clinic.okafor)
    #expect(try await !clinic.sees(clinic.amara, attachment), "he takes no part any more")
    try await clinic.add(clinic.lindqvist, to: id, by: clinic.okafor)
    #expect(try await clinic.sees(clinic.lindqvist, attachment))
    try await clinic.delete(message, .all, by: clinic.okafor)
    try await clinic.delete(again, .all, by: clinic.okafor)
    #expect(try await !clinic.sees(clinic.lindqvist, attachment), "it was deleted for everybody")
    #expect(try await clinic.sees(clinic.okafor, attachment), "it is his")
  },
  ContractCheck("who joins a conversation that hides its past does not see its files") { clinic in
    let id = try await clinic.group(clinic.okafor, [clinic.amara], history: .fromJoin)
    let attachment = try await clinic.upload(clinic.okafor).id
    try await clinic.post(attachment, clinic.okafor, in: id)
    try await clinic.add(clinic.lindqvist, to: id, by: clinic.okafor)
    #expect(try await !clinic.sees(clinic.lindqvist, attachment))
    try await clinic.post(attachment, clinic.okafor, in: id)
    #expect(try await clinic.sees(clinic.lindqvist, attachment))
  },
  ContractCheck("whoever may see a file can forward it, and only so send that of somebody else") {
    clinic in
    let here = try await clinic.conversation(clinic.okafor, clinic.amara)
    let there = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let attachment = try await clinic.upload(clinic.okafor).id
    let message = try await clinic.post(attachment, clinic.okafor, in: here)
    await #expect(throws: ChatError.notFound(.attachment)) {
      try await clinic.post(attachment, clinic.amara, in: there)
    }
    try await clinic.post(attachment, clinic.amara, in: there, forwardedFrom: message)
    #expect(try await clinic.sees(clinic.lindqvist, attachment))
  },
  ContractCheck("what a message has is kept; what none has is collected after its time") {
    clinic in
    let id = try await clinic.conversation(clinic.amara, clinic.okafor)
    let upload = try await clinic.begin(clinic.amara, at: 10).id
    let unsent = try await clinic.upload(clinic.amara, at: 10).id
    let sent = try await clinic.upload(clinic.amara, at: 10).id
    let one = try await clinic.post(sent, clinic.amara, in: id, at: 11)
    let other = try await clinic.post(sent, clinic.amara, in: id, at: 11)
    #expect(try await clinic.collect(uploadsBefore: 10, unusedBefore: 10) == [])
    #expect(Set(try await clinic.collect(uploadsBefore: 11, unusedBefore: 11)) == [upload, unsent])
    try await clinic.delete(one, .all, by: clinic.amara, at: 20)
    #expect(try await clinic.collect(uploadsBefore: 99, unusedBefore: 99) == [])
    try await clinic.delete(other, .all, by: clinic.amara, at: 30)
    #expect(try await clinic.collect(uploadsBefore: 99, unusedBefore: 30) == [])
    #expect(try await clinic.collect(uploadsBefore: 99, unusedBefore: 31) == [sent])
    let usage = try await clinic.repository.attachmentUsage(of: clinic.amara)
    #expect(usage == AttachmentUsage(bytes: 0, files: 0, uploads: 0))
  },
  ContractCheck("what is in a message cannot be discarded; what is not is gone, once") { clinic in
    let id = try await clinic.conversation(clinic.amara, clinic.okafor)
    let attachment = try await clinic.upload(clinic.amara)
    let message = try await clinic.post(attachment.id, clinic.amara, in: id)
    let discard = DiscardAttachment(id: attachment.id)
    await #expect(throws: ChatError.failedPrecondition(.attachmentInUse)) {
      _ = try await clinic.repository.write(discard, try clinic.context(clinic.amara))
    }
    try await clinic.delete(message, .all, by: clinic.amara)
    let context = try clinic.context(clinic.amara, key: "k")
    let removed = try await clinic.repository.write(discard, context)
    #expect(removed == RemovedAttachment(id: attachment.id, hashes: [try Clinic.hash(1)]))
    #expect(try await clinic.repository.write(discard, context) == removed)
    await #expect(throws: ChatError.notFound(.attachment)) {
      _ = try await clinic.repository.write(discard, try clinic.context(clinic.amara))
    }
  },
  ContractCheck("what is to be looked into is found until it was, also after a restart") { clinic in
    let plain = try await clinic.upload(clinic.amara)
    let scanned = try await clinic.complete(try await clinic.begin(clinic.amara), state: .pending)
    let picture = try await clinic.complete(
      try await clinic.begin(clinic.amara),
      state: .pending,
      needsThumbnail: true
    )
    try await clinic.reopen()
    let repository = clinic.repository
    let waiting = try await repository.waitingAttachments(after: nil, limit: 10)
    #expect(Set(waiting.map(\.attachment.id)) == [scanned.id, picture.id])
    let first = try await repository.waitingAttachments(after: nil, limit: 1)
    let rest = try await repository.waitingAttachments(after: first[0].attachment.id, limit: 10)
    #expect(first + rest == waiting)
    #expect(try await repository.waitingAttachment(plain.id) == nil)
    #expect(try await !clinic.inspect(plain.id, .rejected))
    #expect(try await clinic.inspect(scanned.id, .clean))
    #expect(try await !clinic.inspect(scanned.id, .rejected), "it has been judged")
    #expect(try await clinic.inspect(picture.id, .clean))
    let thumbnail = Blob(hash: try Clinic.hash(9), size: 7)
    #expect(try await repository.waitingAttachment(picture.id)?.needsThumbnail == true)
    #expect(try await clinic.inspect(picture.id, .thumbnail(thumbnail)))
    #expect(try await repository.waitingAttachments(after: nil, limit: 10) == [])
    let found = try await repository.attachment(picture.id, visibleTo: nil)
    #expect(found?.thumbnail == thumbnail)
    #expect(found?.state == .clean)
  },
  ContractCheck("bytes are used as long as an attachment has them that is not rejected") { clinic in
    let hash = try Clinic.hash(1)
    let repository = clinic.repository
    #expect(try await !repository.isBlobUsed(hash))
    let one = try await clinic.complete(try await clinic.begin(clinic.amara), state: .pending)
    _ = try await clinic.upload(clinic.okafor)
    try await clinic.inspect(one.id, .rejected)
    #expect(try await repository.isBlobUsed(hash))
    _ = try await clinic.collect(unusedBefore: 50)
    #expect(try await !repository.isBlobUsed(hash))
    let picture = try await clinic.complete(
      try await clinic.begin(clinic.amara),
      2,
      needsThumbnail: true
    )
    try await clinic.inspect(picture.id, .thumbnail(Blob(hash: hash, size: 7)))
    #expect(try await repository.isBlobUsed(hash))
  },
  ContractCheck("what the scan finds is told to the owner and to those who see the file") {
    clinic in
    let nurse = try await clinic.enter("nurse", .nurse)
    let id = try await clinic.group(clinic.okafor, [clinic.amara, nurse])
    let attachment = try await clinic.complete(
      try await clinic.begin(clinic.okafor),
      state: .pending,
      needsThumbnail: true
    )
    let message = try await clinic.post(attachment.id, clinic.okafor, in: id)
    try await clinic.delete(message, .me, by: nurse)
    try await clinic.inspect(attachment.id, .clean)
    try await clinic.inspect(attachment.id, .clean)
    try await clinic.inspect(
      attachment.id,
      .thumbnail(Blob(hash: try Clinic.hash(9), size: 7))
    )
    let told = clinic.told.events.filter { $0.change != nil }
    #expect(told.map(\.change?.state) == [.clean, .clean])
    #expect(told.map(\.change?.hasThumbnail) == [false, true])
    #expect(told.allSatisfy { $0.audience == [clinic.amara, clinic.okafor] })
    for user in [clinic.amara, clinic.okafor] {
      #expect(try await clinic.events(of: user).filter { $0.change != nil } == told)
    }
    #expect(try await clinic.events(of: nurse).allSatisfy { $0.change == nil })
    let unsent = try await clinic.complete(
      try await clinic.begin(clinic.amara),
      state: .pending
    )
    try await clinic.inspect(unsent.id, .rejected)
    let last = try #require(clinic.told.events.last)
    #expect(last.change?.state == .rejected)
    #expect(last.audience == [clinic.amara])
  },
  ContractCheck("what the scan rejects does not count for its owner, nor when it is collected") {
    clinic in
    let kept = try await clinic.upload(clinic.amara)
    let bad = try await clinic.complete(try await clinic.begin(clinic.amara), state: .pending)
    try await clinic.inspect(bad.id, .rejected)
    let usage = AttachmentUsage(bytes: 100, files: 1, uploads: 0)
    #expect(try await clinic.repository.attachmentUsage(of: clinic.amara) == usage)
    _ = try await clinic.repository.write(
      DiscardAttachment(id: bad.id),
      try clinic.context(clinic.amara)
    )
    #expect(try await clinic.repository.attachmentUsage(of: clinic.amara) == usage)
    _ = try await clinic.repository.write(
      DiscardAttachment(id: kept.id),
      try clinic.context(clinic.amara)
    )
    let none = AttachmentUsage(bytes: 0, files: 0, uploads: 0)
    #expect(try await clinic.repository.attachmentUsage(of: clinic.amara) == none)
  },
]

extension Event {
  fileprivate var change: AttachmentChange? {
    if case .attachmentChanged(let change) = kind { return change }
    return nil
  }
}
