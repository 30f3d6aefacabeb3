import RPC
import Testing
import WardlineAPI

@Suite("Changes of messages through RPC")
struct ChangeTests {
  @Test("S2.50: an edit needs the version that was seen, and what was said stays for staff")
  func editing() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let feed = try await Feed(lind, SubscribeRequest())
      _ = try await feed.next()
      let id = try await amara.send("10 mg", to: lind).messageID
      clinic.advance(seconds: 60)
      let edit = UpdateMessageRequest(messageID: id, content: "20 mg", expectedVersion: 1)
      let edited = try await amara.messages.update(edit)
      #expect(edited.version == 2)
      #expect(edited.updatedAtMs == Clinic.start + 60_000)
      await expectError(.aborted) { _ = try await amara.messages.update(edit) }
      await expectError(.permissionDenied) { _ = try await lind.messages.update(edit) }
      let versions = try await lind.messages.versions(MessageVersionsRequest(messageID: id))
      #expect(versions.versions.map(\.content) == ["10 mg", "20 mg"])
      while true {
        if case .messageEdited(let change) = try await feed.nextEvent().change {
          #expect(change.message?.content == "20 mg")
          #expect(change.message?.version == 2)
          break
        }
      }
      clinic.advance(seconds: 24 * 3600)
    }
  }

  @Test("S2.52, S2.59: a message deleted for all is a tombstone live and for every reader")
  func deleting() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let sent = try await amara.send("secret", to: lind)
      let feed = try await Feed(lind, SubscribeRequest())
      _ = try await feed.next()
      await expectError(.invalidArgument) {
        _ = try await amara.messages.delete(DeleteMessageRequest(messageID: sent.messageID))
      }
      let request = DeleteMessageRequest(messageID: sent.messageID, scope: .all)
      await expectError(.permissionDenied) { _ = try await lind.messages.delete(request) }
      _ = try await amara.messages.delete(request)
      guard case .messageDeleted(let deleted) = try await feed.nextEvent().change else {
        Issue.record("the next event is no deletion")
        return
      }
      #expect(deleted.messageID == sent.messageID)
      let message = try await lind.messages.get(GetMessageRequest(messageID: sent.messageID))
      #expect(message.message?.isDeleted == true)
      #expect(message.message?.content.isEmpty == true)
      let list = try await lind.conversations.list(ListConversationsRequest())
      #expect(list.conversations.first?.preview == "deleted")
      #expect(list.unreadTotal == 0)
    }
  }

  @Test("S2.52: a message deleted for me stays for the others")
  func hiding() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let sent = try await amara.send("a", to: lind)
      _ = try await lind.messages.delete(
        DeleteMessageRequest(messageID: sent.messageID, scope: .me)
      )
      let get = GetMessageRequest(messageID: sent.messageID)
      await expectError(.notFound) { _ = try await lind.messages.get(get) }
      #expect(try await amara.messages.get(get).message?.content == "a")
    }
  }

  @Test("S2.85: reactions count once for each user and come live")
  func reacting() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let sent = try await amara.send("a", to: lind)
      let feed = try await Feed(amara, SubscribeRequest())
      _ = try await feed.next()
      let add = AddReactionRequest(messageID: sent.messageID, emoji: "👩‍⚕️")
      #expect(try await lind.messages.addReaction(add).count == 1)
      #expect(try await lind.messages.addReaction(add).count == 1)
      #expect(try await amara.messages.addReaction(add).count == 2)
      guard case .reactionAdded(let reaction) = try await feed.nextEvent().change else {
        Issue.record("the next event is no reaction")
        return
      }
      #expect(reaction.userID == "lind")
      #expect(reaction.emoji == "👩‍⚕️")
      let remove = RemoveReactionRequest(messageID: sent.messageID, emoji: "👩‍⚕️")
      #expect(try await lind.messages.removeReaction(remove).count == 1)
      for wrong in ["", "a", "👍👍", "1", "<b>"] {
        await expectError(.invalidArgument) {
          _ = try await lind.messages.addReaction(
            AddReactionRequest(messageID: sent.messageID, emoji: wrong)
          )
        }
      }
    }
  }

  @Test("S2.86: a reply shows its parent, and a forward names where it is from")
  func answering() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let doctor = try await clinic.person("doctor", "doctor")
      let question = try await amara.send("May I eat nuts?", to: lind)
      let reply = try await lind.messages.send(
        SendMessageRequest(
          to: .recipientID("amara"),
          content: "Yes.",
          replyTo: question.messageID
        )
      )
      let shown = try await amara.messages.get(GetMessageRequest(messageID: reply.messageID))
      #expect(shown.message?.replyTo?.preview == "May I eat nuts?")
      let forwarded = try await lind.messages.forward(
        ForwardMessageRequest(messageID: question.messageID, to: .recipientID("doctor"))
      )
      let copy = try await doctor.messages.get(GetMessageRequest(messageID: forwarded.messageID))
      #expect(copy.message?.content == "May I eat nuts?")
      #expect(copy.message?.forwardedFrom == question.messageID)
      await expectError(.notFound) {
        _ = try await doctor.messages.forward(
          ForwardMessageRequest(messageID: reply.messageID, to: .recipientID("lind"))
        )
      }
    }
  }

  @Test("an urgent message waits for an acknowledgement, which is more than having been read")
  func acknowledging() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let doctor = try await clinic.person("doctor", "doctor")
      let sent = try await doctor.messages.send(
        SendMessageRequest(to: .recipientID("amara"), content: "Stop it", priority: .urgent)
      )
      let urgent = ListMessagesRequest(priority: .urgent)
      #expect(try await amara.messages.list(urgent).messages.map(\.content) == ["Stop it"])
      clinic.advance(seconds: 1)
      _ = try await amara.messages.markRead(
        MarkReadRequest(conversationID: sent.conversationID, upTo: 1)
      )
      clinic.advance(seconds: 1)
      let acknowledged = try await amara.messages.acknowledge(
        AcknowledgeRequest(conversationID: sent.conversationID, upTo: 1)
      )
      #expect(acknowledged.acknowledgedUpTo == 1)
      let now = try await doctor.messages.receipts(ReceiptsRequest(messageID: sent.messageID))
      #expect(now.sentAtMs == Clinic.start)
      #expect(now.receipts.map(\.readAtMs) == [Clinic.start + 1000])
      #expect(now.receipts.map(\.acknowledgedAtMs) == [Clinic.start + 2000])
      let then = try await doctor.messages.receipts(
        ReceiptsRequest(messageID: sent.messageID, atMs: Clinic.start + 1500)
      )
      #expect(then.receipts.map(\.readAtMs) == [Clinic.start + 1000])
      #expect(then.receipts.map(\.acknowledgedAtMs) == [0])
    }
  }

  @Test("S2.47: all of one's messages are listed in pages, and nobody else's")
  func findingAll() async throws {
    try await Clinic.with { clinic in
      let amara = try await clinic.person("amara", "patient")
      let lind = try await clinic.person("lind", "dietitian")
      let doctor = try await clinic.person("doctor", "doctor")
      for number in 0..<5 {
        clinic.advance(seconds: 1)
        try await amara.send("\(number)", to: number.isMultiple(of: 2) ? lind : doctor)
        try await lind.send("foreign", to: doctor)
      }
      var contents: [String] = []
      var page = ""
      repeat {
        let response = try await amara.messages.list(ListMessagesRequest(limit: 2, page: page))
        contents += response.messages.map(\.content)
        page = response.nextPage
      } while !page.isEmpty
      #expect(contents == ["4", "3", "2", "1", "0"])
    }
  }
}
