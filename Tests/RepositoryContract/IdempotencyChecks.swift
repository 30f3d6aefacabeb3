import ChatModel
import ChatRepository
import Testing

let idempotencyChecks: [ContractCheck] = [
  ContractCheck("the same key and request get the same answer and store one message") { clinic in
    let first = try await clinic.send(
      "a",
      from: clinic.amara,
      to: clinic.lindqvist,
      key: "k",
      at: 1
    )
    try await clinic.send("b", from: clinic.amara, to: clinic.lindqvist, at: 2)
    var again = try await clinic.send(
      "a",
      from: clinic.amara,
      to: clinic.lindqvist,
      key: "k",
      at: 3
    )
    #expect(again.isDuplicate)
    again.isDuplicate = false
    #expect(again == first)
    #expect(try await clinic.messages(of: first.id.conversation).map(\.content) == ["a", "b"])
  },
  ContractCheck("the same key with another request is refused and names the first message") {
    clinic in
    let first = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist, key: "k")
    await #expect(throws: ChatError.alreadyExists(.message(first.id))) {
      try await clinic.send("other", from: clinic.amara, to: clinic.lindqvist, key: "k")
    }
    await #expect(throws: ChatError.alreadyExists(.message(first.id))) {
      try await clinic.send("a", from: clinic.amara, to: clinic.okafor, key: "k")
    }
    await #expect(throws: ChatError.alreadyExists(.message(first.id))) {
      _ = try await clinic.repository.write(
        AppendMessage(destination: .direct(clinic.lindqvist), type: .file, content: "a"),
        WriteContext(actor: clinic.amara, key: IdempotencyKey("k"), now: Clinic.start)
      )
    }
    #expect(try await clinic.messages(of: first.id.conversation).count == 1)
  },
  ContractCheck("20 equal requests at once store one message") { clinic in
    let answers = try await withThrowingTaskGroup(of: AppendedMessage.self) { group in
      for _ in 0..<20 {
        group.addTask {
          try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist, key: "k")
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(answers.map(\.id)).count == 1)
    #expect(answers.filter { !$0.isDuplicate }.count == 1)
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    #expect(try await clinic.messages(of: id).count == 1)
  },
  ContractCheck("a key counts within its sender only") { clinic in
    let one = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist, key: "k")
    let other = try await clinic.send("a", from: clinic.lindqvist, to: clinic.amara, key: "k")
    #expect(one.id != other.id)
    #expect(!other.isDuplicate)
  },
  ContractCheck("a key is still known after the repository was closed and opened") { clinic in
    let first = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist, key: "k")
    try await clinic.reopen()
    let again = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist, key: "k")
    #expect(again.id == first.id)
    #expect(again.isDuplicate)
  },
  ContractCheck("a refused request leaves its key unused") { clinic in
    let unknown = try #require(UserID("nobody"))
    await #expect(throws: ChatError.notFound(.user)) {
      try await clinic.send("a", from: clinic.amara, to: unknown, key: "k")
    }
    let sent = try await clinic.send("a", from: clinic.amara, to: clinic.lindqvist, key: "k")
    #expect(!sent.isDuplicate)
  },
]
