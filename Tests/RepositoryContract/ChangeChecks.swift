import ChatModel
import ChatRepository
import Testing

let changeChecks: [ContractCheck] = [
  ContractCheck("an edit makes a version and keeps what was said before") { clinic in
    let sent = try await clinic.send("10 mg", from: clinic.okafor, to: clinic.amara, at: 1)
    let edited = try await clinic.edit(sent.id, to: "20 mg", by: clinic.okafor, at: 2)
    #expect(edited.version == 2)
    let message = try await clinic.repository.message(sent.id, visibleTo: clinic.amara)
    #expect(message?.content == "20 mg")
    #expect(message?.isEdited == true)
    #expect(message?.updatedAt == Clinic.time(2))
    #expect(message?.createdAt == Clinic.time(1))
    let versions = try await clinic.repository.versions(of: sent.id, visibleTo: clinic.amara)
    #expect(versions.map(\.content) == ["10 mg", "20 mg"])
    #expect(versions.map(\.writtenAt) == [Clinic.time(1), Clinic.time(2)])
    #expect(try await clinic.events(of: clinic.amara) == clinic.told.events)
  },
  ContractCheck("only its sender edits a message, in time, and knowing what it says") { clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    await #expect(throws: ChatError.permissionDenied) {
      try await clinic.edit(sent.id, to: "b", by: clinic.lindqvist)
    }
    await #expect(throws: ChatError.notFound(.message)) {
      try await clinic.edit(sent.id, to: "b", by: clinic.okafor)
    }
    try await clinic.edit(sent.id, to: "b", by: clinic.amara, expecting: 1, at: 1)
    await #expect(throws: ChatError.versionConflict(current: 2)) {
      try await clinic.edit(sent.id, to: "c", by: clinic.amara, expecting: 1, at: 1)
    }
    await #expect(throws: ChatError.windowOver(.edit, milliseconds: 60_000)) {
      try await clinic.edit(sent.id, to: "c", by: clinic.amara, at: 61)
    }
    let same = try await clinic.edit(sent.id, to: "b", by: clinic.amara, at: 2)
    #expect(same.version == 2)
    try await clinic.edit(sent.id, to: "c", by: clinic.amara, at: 2)
    try await clinic.edit(sent.id, to: "d", by: clinic.amara, at: 2)
    await #expect(throws: ChatError.limitReached("a message has at most 4 versions")) {
      try await clinic.edit(sent.id, to: "e", by: clinic.amara, at: 2)
    }
  },
  ContractCheck("a message deleted for everybody leaves a tombstone and no content anywhere") {
    clinic in
    let sent = try await clinic.send("secret", from: clinic.amara, to: clinic.lindqvist, key: "k")
    try await clinic.edit(sent.id, to: "still secret", by: clinic.amara)
    try await clinic.react("👍", to: sent.id, by: clinic.lindqvist)
    #expect(try await clinic.unread(clinic.lindqvist, in: sent.id.conversation) == 1)
    try await clinic.delete(sent.id, .all, by: clinic.amara, at: 3)
    #expect(try await clinic.unread(clinic.lindqvist, in: sent.id.conversation) == 0)
    for viewer in [clinic.amara, clinic.lindqvist] {
      let found = try await clinic.repository.message(sent.id, visibleTo: viewer)
      let message = try #require(found)
      #expect(message.isDeleted)
      #expect(message.content.isEmpty)
      #expect(message.reactions.isEmpty)
      await #expect(throws: ChatError.notFound(.message)) {
        _ = try await clinic.repository.versions(of: sent.id, visibleTo: viewer)
      }
    }
    let events = try await clinic.events(of: clinic.lindqvist)
    #expect(!events.contains { "\($0)".contains("secret") })
    await #expect(throws: ChatError.failedPrecondition(.messageDeleted)) {
      try await clinic.edit(sent.id, to: "again", by: clinic.amara, at: 4)
    }
    let again = try await clinic.send("secret", from: clinic.amara, to: clinic.lindqvist, key: "k")
    #expect(again.id == sent.id)
  },
  ContractCheck("its sender for a time, and who manages the conversation, deletes for everybody") {
    clinic in
    let id = try await clinic.group(clinic.okafor, [clinic.amara, clinic.lindqvist])
    let message = try await clinic.say("a", clinic.amara, in: id)
    await #expect(throws: ChatError.permissionDenied) {
      try await clinic.delete(message, .all, by: clinic.lindqvist)
    }
    await #expect(throws: ChatError.windowOver(.deleteForAll, milliseconds: 60_000)) {
      try await clinic.delete(message, .all, by: clinic.amara, at: 61)
    }
    let first = try await clinic.delete(message, .all, by: clinic.okafor, at: 61)
    let again = try await clinic.delete(message, .all, by: clinic.okafor, at: 62)
    #expect(first == again)
  },
  ContractCheck("a message deleted for oneself is there for the others only") { clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    let id = sent.id.conversation
    try await clinic.say("b", clinic.amara, in: id)
    try await clinic.delete(sent.id, .me, by: clinic.lindqvist)
    #expect(try await clinic.seen(by: clinic.lindqvist, in: id) == [2])
    #expect(try await clinic.seen(by: clinic.amara, in: id) == [1, 2])
    #expect(try await clinic.repository.message(sent.id, visibleTo: clinic.lindqvist) == nil)
    #expect(try await clinic.unread(clinic.lindqvist, in: id) == 1)
    #expect(clinic.told.events.last?.audience == [clinic.lindqvist])
    let again = try await clinic.delete(sent.id, .me, by: clinic.lindqvist, at: 8)
    #expect(again.deletedAt == Clinic.start)
    try await clinic.delete(sent.id, .all, by: clinic.amara)
    #expect(try await clinic.unread(clinic.lindqvist, in: id) == 1)
    try await clinic.move(.read, of: clinic.lindqvist, in: id, upTo: 1)
    #expect(try await clinic.unread(clinic.lindqvist, in: id) == 1)
    try await clinic.move(.read, of: clinic.lindqvist, in: id, upTo: 2)
    #expect(try await clinic.unread(clinic.lindqvist, in: id) == 0)
  },
  ContractCheck("an emoji stands once for each user, and counts") { clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    #expect(try await clinic.react("👍", to: sent.id, by: clinic.lindqvist) == 1)
    #expect(try await clinic.react("👍", to: sent.id, by: clinic.lindqvist) == 1)
    #expect(try await clinic.react("👍", to: sent.id, by: clinic.amara) == 2)
    #expect(try await clinic.react("🎉", to: sent.id, by: clinic.amara) == 1)
    let shown = try await clinic.repository.message(sent.id, visibleTo: clinic.amara)?.reactions
    #expect(
      shown == [
        Reaction(emoji: "👍", count: 2, users: [clinic.lindqvist, clinic.amara]),
        Reaction(emoji: "🎉", count: 1, users: [clinic.amara]),
      ]
    )
    try await clinic.react("❤️", to: sent.id, by: clinic.amara)
    await #expect(throws: ChatError.limitReached("a message takes at most 3 different emoji")) {
      try await clinic.react("😀", to: sent.id, by: clinic.amara)
    }
    #expect(try await clinic.react("\u{2764}", to: sent.id, by: clinic.amara) == 1)
    #expect(try await clinic.react("\u{2764}", to: sent.id, by: clinic.lindqvist) == 2)
    #expect(
      try await clinic.react("\u{2764}\u{FE0F}", to: sent.id, by: clinic.lindqvist, isAdded: false)
        == 1
    )
    #expect(try await clinic.react("👍", to: sent.id, by: clinic.amara, isAdded: false) == 1)
    #expect(try await clinic.react("👍", to: sent.id, by: clinic.amara, isAdded: false) == 1)
    await #expect(throws: ChatError.notFound(.message)) {
      try await clinic.react("👍", to: sent.id, by: clinic.okafor)
    }
    #expect(try await clinic.events(of: clinic.amara) == clinic.told.events)
  },
  ContractCheck("a reply shows what it answers, also once that is deleted") { clinic in
    let sent = try await clinic.send("a question", from: clinic.amara, to: clinic.lindqvist)
    let id = sent.id.conversation
    let reply = try await clinic.say("an answer", clinic.lindqvist, in: id, replyTo: sent.id)
    let shown = try await clinic.repository.message(reply, visibleTo: clinic.amara)?.replyTo
    #expect(shown?.preview == "a question")
    #expect(shown?.sender.userID == clinic.amara)
    #expect(try await clinic.events(of: clinic.amara) == clinic.told.events)
    try await clinic.delete(sent.id, .all, by: clinic.amara)
    let after = try await clinic.repository.message(reply, visibleTo: clinic.amara)?.replyTo
    #expect(after?.isDeleted == true)
    #expect(after?.preview.isEmpty == true)
    let other = try await clinic.send("x", from: clinic.okafor, to: clinic.lindqvist)
    await #expect(throws: ChatError.notFound(.message)) {
      try await clinic.say("y", clinic.lindqvist, in: id, replyTo: other.id)
    }
  },
  ContractCheck("only participants can be mentioned") { clinic in
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let mention = { (user: UserID) in
      AppendMessage(destination: .conversation(id), content: "hello", mentions: [user])
    }
    let sent = try await clinic.repository.write(
      mention(clinic.lindqvist),
      try clinic.context(clinic.amara)
    )
    let message = try await clinic.repository.message(sent.id, visibleTo: clinic.lindqvist)
    #expect(message?.mentions == [clinic.lindqvist])
    await #expect(throws: ChatError.failedPrecondition(.notMentionable)) {
      _ = try await clinic.repository.write(
        mention(clinic.okafor),
        try clinic.context(clinic.amara)
      )
    }
  },
  ContractCheck("all of a user's messages are found by sender, kind and time, newest first") {
    clinic in
    for number in 1...3 {
      try await clinic.send("a\(number)", from: clinic.amara, to: clinic.lindqvist, at: number)
      try await clinic.send("b\(number)", from: clinic.okafor, to: clinic.amara, at: number + 10)
    }
    try await clinic.send("not hers", from: clinic.okafor, to: clinic.lindqvist, at: 99)
    let all = try await clinic.repository.messages(
      MessageFilter(),
      before: nil,
      limit: 4,
      of: clinic.amara
    )
    #expect(all.items.map(\.content) == ["b3", "b2", "b1", "a3"])
    #expect(all.hasMore)
    let last = try #require(all.items.last)
    let rest = try await clinic.repository.messages(
      MessageFilter(),
      before: MessagePlace(createdAt: last.createdAt, id: last.id),
      limit: 4,
      of: clinic.amara
    )
    #expect(rest.items.map(\.content) == ["a2", "a1"])
    let filter = MessageFilter(
      sender: clinic.okafor,
      since: Clinic.time(12),
      until: Clinic.time(13)
    )
    let found = try await clinic.repository.messages(
      filter,
      before: nil,
      limit: 9,
      of: clinic.amara
    )
    #expect(found.items.map(\.content) == ["b2"])
  },
]
