import ChatModel
import ChatRepository
import Testing

let messageChecks: [ContractCheck] = [
  ContractCheck("a message comes back exactly, with its sender resolved") { clinic in
    let texts = ["  spaces stay \n", "naïve 👩‍⚕️ \u{202E}rtl", "'; DROP TABLE users; --", "e\u{301}"]
    for text in texts {
      let sent = try await clinic.send(text, from: clinic.amara, to: clinic.lindqvist, at: 5)
      let found = try await clinic.repository.message(sent.id, visibleTo: clinic.lindqvist)
      let message = try #require(found)
      #expect(Array(message.content.utf8) == Array(text.utf8))
      #expect(message.sender.userID == clinic.amara)
      #expect(message.sender.role == .patient)
      #expect(message.sender.displayName == "The amara")
      #expect(message.sender.participantID == sent.senderID)
      #expect(message.createdAt == Clinic.time(5))
    }
  },
  ContractCheck("every message type and an attachment come back") { clinic in
    let attachment = try await clinic.upload(clinic.amara).id
    for type in MessageType.allCases {
      let sent = try await clinic.repository.write(
        AppendMessage(
          destination: .direct(clinic.lindqvist),
          type: type,
          content: "scan",
          attachmentID: attachment
        ),
        WriteContext(actor: clinic.amara, now: Clinic.start)
      )
      let message = try await clinic.repository.message(sent.id, visibleTo: nil)
      #expect(message?.type == type)
      #expect(message?.attachmentID == attachment)
    }
  },
  ContractCheck("messages never get older along a conversation when the clock goes back") {
    clinic in
    for seconds in [100, 40, 120, 0] {
      try await clinic.send("x", from: clinic.amara, to: clinic.lindqvist, at: seconds)
    }
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let times = try await clinic.messages(of: id).map(\.createdAt)
    #expect(times == [100, 100, 120, 120].map(Clinic.time))
  },
  ContractCheck("who takes no part cannot send, and learns nothing from trying") { clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    let missing = try #require(ConversationID(rawValue: 42))
    for id in [sent.id.conversation, missing] {
      await #expect(throws: ChatError.notFound(.conversation)) {
        _ = try await clinic.repository.write(
          AppendMessage(destination: .conversation(id), content: "b"),
          WriteContext(actor: clinic.okafor, now: Clinic.start)
        )
      }
    }
    #expect(try await clinic.messages(of: sent.id.conversation).count == 1)
  },
  ContractCheck("a participant sends into the conversation by its identifier") { clinic in
    let first = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    let second = try await clinic.repository.write(
      AppendMessage(destination: .conversation(first.id.conversation), content: "b"),
      WriteContext(actor: clinic.lindqvist, now: Clinic.start)
    )
    #expect(second.id.conversation == first.id.conversation)
    #expect(second.id.sequence.rawValue == 2)
  },
  ContractCheck("everything is there after the repository was closed and opened") { clinic in
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist)
    try await clinic.move(.delivered, of: clinic.lindqvist, in: sent.id.conversation, upTo: 1)
    let repository = clinic.repository
    let before = try await repository.conversation(sent.id.conversation, for: clinic.amara)
    let head = try await repository.logHead()
    let events = try await clinic.events(of: clinic.amara)
    try await clinic.reopen()
    let after = try await clinic.repository.conversation(
      sent.id.conversation,
      for: clinic.amara
    )
    #expect(before == after)
    #expect(try await clinic.repository.logHead() == head)
    #expect(try await clinic.events(of: clinic.amara) == events)
    let next = try await clinic.send("b", from: clinic.amara, to: clinic.lindqvist)
    #expect(next.id.sequence.rawValue == 2)
  },
]
