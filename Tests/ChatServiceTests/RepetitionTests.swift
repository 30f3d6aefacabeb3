import ChatModel
import ChatRepository
import Testing

@testable import ChatService

@Suite("A call that is repeated under its key")
struct RepetitionTests {
  private let ward: Ward
  private let ann: Principal
  private let bob: Principal
  private let key = IdempotencyKey("k")

  init() async throws {
    ward = try Ward()
    ann = try await ward.enter("ann", .nurse)
    bob = try await ward.enter("bob", .doctor)
  }

  @Test("forwards what it forwarded, also after the source was edited and deleted")
  func forwarding() async throws {
    let messages = ward.chat.messages
    let source = try await ward.send("as it was", from: ann, to: .direct(bob.userID))
    let destination = AppendMessage.Destination.direct(bob.userID)
    var first = try await messages.forward(source.id, to: destination, key: key, ann)
    #expect(try await messages.get(first.id, bob).content == "as it was")
    first.isDuplicate = true
    _ = try await messages.edit(
      source.id,
      content: "as it is",
      mentions: [],
      expectedVersion: nil,
      key: nil,
      ann
    )
    #expect(try await messages.forward(source.id, to: destination, key: key, ann) == first)
    _ = try await messages.delete(source.id, .all, key: nil, ann)
    #expect(try await messages.forward(source.id, to: destination, key: key, ann) == first)
    #expect(try await messages.get(first.id, bob).content == "as it was")
    await #expect(throws: ChatError.failedPrecondition(.messageDeleted)) {
      _ = try await messages.forward(source.id, to: destination, key: nil, ann)
    }
    await #expect(throws: ChatError.alreadyExists(.message(first.id))) {
      _ = try await messages.forward(first.id, to: destination, key: key, ann)
    }
  }

  @Test("names those who were added, also after one of them was deactivated")
  func adding() async throws {
    let cleo = try await ward.enter("cleo", .nurse)
    let conversations = ward.chat.conversations
    let group = try await conversations.create(
      .group,
      title: nil,
      others: [bob.userID],
      history: .all,
      key: nil,
      ann
    ).conversation.id
    let add = { [ann] (key: IdempotencyKey?) in
      try await conversations.addParticipants(
        [cleo.userID],
        as: .member,
        to: group,
        key: key,
        ann
      )
    }
    let first = try await add(key)
    _ = try await ward.repository.write(
      PutUser(id: cleo.userID, displayName: "cleo", role: .nurse, isActive: false),
      WriteContext(actor: cleo.userID, now: ward.now)
    )
    #expect(try await add(key) == first)
    await #expect(throws: ChatError.notFound(.user)) { _ = try await add(nil) }
  }

  @Test("lets nobody in again who was deactivated since")
  func deactivation() async throws {
    let admin = try await ward.enter("root", .admin)
    let users = ward.chat.users
    let put = { [ann] (isActive: Bool, key: IdempotencyKey?) in
      try await users.put(
        ann.userID,
        displayName: "ann",
        role: .nurse,
        isActive: isActive,
        key: key,
        admin
      )
    }
    let first = try await put(true, key)
    _ = try await put(false, nil)
    #expect(!ward.chat.sessions.isCurrent(ann))
    #expect(try await put(true, key) == first)
    #expect(!ward.chat.sessions.isCurrent(ann))
  }

  @Test("is answered as the first time, also after roles have changed")
  func roles() async throws {
    let amara = try await ward.enter("amara", .patient)
    let conversations = ward.chat.conversations
    let send = { [ward, bob, key] in
      try await ward.send("x", from: amara, to: .direct(bob.userID), key: key)
    }
    let create = { [ann, key] in
      try await conversations.create(amara.userID, ann.userID, key: key, ann)
    }
    let gather = { [bob, key] in
      try await conversations.create(
        .group,
        title: nil,
        others: [amara.userID],
        history: .all,
        key: key,
        bob
      )
    }
    var sent = try await send()
    let created = try await create()
    let gathered = try await gather()
    let admin = try await ward.enter("root", .admin)
    for user in [ann.userID, bob.userID] {
      _ = try await ward.chat.users.put(
        user,
        displayName: "somebody",
        role: .patient,
        isActive: true,
        admin
      )
    }
    sent.isDuplicate = true
    #expect(try await send() == sent)
    #expect(try await create() == created)
    let patient = ward.principal(bob.userID, .patient)
    let again = try await conversations.create(
      .group,
      title: nil,
      others: [amara.userID],
      history: .all,
      key: key,
      patient
    )
    #expect(again == gathered)
    await #expect(throws: ChatError.notFound(.user)) {
      _ = try await ward.send("y", from: amara, to: .direct(bob.userID))
    }
    await #expect(throws: ChatError.notFound(.user)) {
      let key = IdempotencyKey("other")
      _ = try await ward.send("y", from: amara, to: .direct(bob.userID), key: key)
    }
    await #expect(throws: ChatError.notFound(.user)) {
      let key = IdempotencyKey("other")
      _ = try await conversations.create(amara.userID, bob.userID, key: key, amara)
    }
  }
}
