import ChatModel
import ChatRepository
import Testing

let keyChecks: [ContractCheck] = [
  ContractCheck("every change is made once under its key, and answered alike for ever") { clinic in
    let group = CreateConversation(
      type: .group,
      creator: clinic.okafor,
      others: [clinic.amara],
      title: "First"
    )
    let made = try await clinic.repository.write(group, try clinic.context(clinic.okafor, key: "g"))
    let id = made.conversation.id
    let message = try await clinic.say("a", clinic.okafor, in: id)
    let edit = EditMessage(
      message: message,
      content: "b",
      windowMilliseconds: 9_000_000,
      versionsMax: 9
    )
    let edited = try await clinic.repository.write(
      edit,
      try clinic.context(clinic.okafor, key: "e")
    )
    let mark = MoveWatermark(conversation: id, kind: .read, upTo: message.sequence)
    let marked = try await clinic.repository.write(mark, try clinic.context(clinic.amara, key: "m"))
    try await clinic.edit(message, to: "c", by: clinic.okafor)
    try await clinic.reopen()
    let events = try await clinic.repository.logHead()
    #expect(
      try await clinic.repository.write(group, try clinic.context(clinic.okafor, key: "g", at: 9))
        == made
    )
    #expect(
      try await clinic.repository.write(edit, try clinic.context(clinic.okafor, key: "e", at: 9))
        == edited
    )
    #expect(
      try await clinic.repository.write(mark, try clinic.context(clinic.amara, key: "m", at: 9))
        == marked
    )
    #expect(try await clinic.repository.logHead() == events)
  },
  ContractCheck("a key that was used for something else is refused, and what it made is named") {
    clinic in
    let group = CreateConversation(type: .group, creator: clinic.okafor, others: [clinic.amara])
    let made = try await clinic.repository.write(group, try clinic.context(clinic.okafor, key: "k"))
    let conflict = ChatError.alreadyExists(
      .operation("Conversations/Create", subject: made.conversation.id.description)
    )
    var other = group
    other.title = "Another"
    await #expect(throws: conflict) {
      _ = try await clinic.repository.write(other, try clinic.context(clinic.okafor, key: "k"))
    }
    await #expect(throws: conflict) {
      try await clinic.send("a", from: clinic.okafor, to: clinic.amara, key: "k")
    }
    let sent = try await clinic.send("a", from: clinic.okafor, to: clinic.amara, key: "s")
    await #expect(throws: ChatError.alreadyExists(.message(sent.id))) {
      _ = try await clinic.repository.write(group, try clinic.context(clinic.okafor, key: "s"))
    }
  },
  ContractCheck("a refusal leaves the key free") { clinic in
    let id = try await clinic.group(clinic.okafor, [clinic.lindqvist])
    let add = AddParticipants(conversation: id, users: [clinic.amara], participantsMax: 2)
    await #expect(throws: ChatError.limitReached("a conversation has at most 2 participants")) {
      _ = try await clinic.repository.write(add, try clinic.context(clinic.okafor, key: "k"))
    }
    let more = AddParticipants(conversation: id, users: [clinic.amara], participantsMax: 3)
    _ = try await clinic.repository.write(more, try clinic.context(clinic.okafor, key: "k"))
  },
  ContractCheck("keys of different users do not meet") { clinic in
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let mute = MuteConversation(conversation: id, until: Clinic.time(1))
    for user in [clinic.amara, clinic.lindqvist] {
      _ = try await clinic.repository.write(mute, try clinic.context(user, key: "k"))
    }
    #expect(clinic.told.events.count == 3)
  },
]
