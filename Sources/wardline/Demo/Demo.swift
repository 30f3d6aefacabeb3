import NIOPosix
import RPC
import TTRPC
import WardlineAPI
import WardlineClient

/// A conversation through a real server that is killed in its middle, told step by step.
struct Demo {
  let folder: String

  /// - Returns: whether nothing was lost and nothing came twice.
  func run() async throws -> Bool {
    step("1. A server starts, with an empty folder for its data.")
    let patient = try person("amara", "dr-lindqvist")
    let dietitian = try person("dr-lindqvist", "amara")
    let people = [patient, dietitian]
    return try await withThrowingTaskGroup(of: Void.self) { group in
      let (conversationID, outcome) = try await serving { server in
        for person in people { group.addTask { try await person.follow() } }
        let conversationID = try await converse(patient, dietitian)
        return (conversationID, await burst(people, server))
      }
      tell(outcome)
      step("4. A new server starts on the same folder. Both go on by themselves.")
      return try await serving { _ in
        try await resume(people, outcome, conversationID)
        let verdict = try await compare(people, conversationID)
        group.cancelAll()
        for person in people { await person.channel.close() }
        return tell(verdict, people)
      }
    }
  }

  /// Runs a server for as long as the conversation goes on.
  private func serving<Result: Sendable>(
    _ conversation: (DemoServer) async throws -> Result
  ) async throws -> Result {
    try await DemoServer.run(data: folder) { server in
      Terminal.print("   process \(server.processID) listens on \(server.address)")
      return try await conversation(server)
    }
  }

  private func person(
    _ id: String,
    _ other: String
  ) throws -> DemoPerson {
    guard let member = SampleClinic.member(id) else {
      throw SettingError("\(id) is nobody of the sample clinic")
    }
    let folder = folder
    var configuration = ClientChannelConfiguration()
    configuration.backoff = Backoff(maximum: .milliseconds(400))
    // What has no answer is sent again by the demo itself, so that one sees it.
    configuration.retry = .never
    configuration.freshMetadata = { _ in
      ["authorization": "Bearer \(try await DevelopmentTokens.token(for: id, data: folder))"]
    }
    let channel = ClientChannel(configuration: configuration) {
      try await ClientConnection.connect(
        to: AddressFile.read(in: folder) ?? ServerSettings.defaultAddress,
        on: MultiThreadedEventLoopGroup.singleton
      )
    }
    return DemoPerson(member, talkingTo: other, over: channel)
  }

  // MARK: The steps

  private func converse(_ patient: DemoPerson, _ dietitian: DemoPerson) async throws -> String {
    step(
      "2. \(patient.member.name), a patient, and \(dietitian.member.name), a dietitian, talk.",
      "Each follows the events; ⇐ is what the server pushes to them."
    )
    var conversationID = ""
    let lines = [
      (patient, "Good morning. May I eat before the blood test?"),
      (dietitian, "Please do not: nothing but water from eight hours before."),
      (patient, "Thank you, I will be there at nine."),
    ]
    for (author, text) in lines {
      let answer = try await author.send(DemoLine(text, by: author.member.id))
      conversationID = answer.conversationID
      let reader = author === patient ? dietitian : patient
      await reader.wait { $0.received.last?.sequence == answer.sequence }
      try await reader.read(conversationID, upTo: answer.sequence)
      await author.wait { $0.othersReadUpTo == answer.sequence }
    }
    return conversationID
  }

  private func burst(_ people: [DemoPerson], _ server: DemoServer) async -> DemoBurst.Outcome {
    let burst = DemoBurst(people: people)
    step(
      "3. Both send many messages at once. After \(burst.answersBeforeKill) answers: kill -9.",
      "Some sends stay without an answer; nobody knows whether they were stored."
    )
    return await burst.run { server.kill() }
  }

  private func resume(
    _ people: [DemoPerson],
    _ outcome: DemoBurst.Outcome,
    _ conversationID: String
  ) async throws {
    for person in people { await person.wait { $0.resumptions == 1 } }
    let stored = Set(try await list(people[0], conversationID))
    let known = outcome.unanswered.count { person, line in
      stored.contains { $0.author == person.member.id && $0.text == line.text }
    }
    step(
      "5. What had no answer is sent again with the same idempotency keys, then the rest.",
      "Of the \(outcome.unanswered.count) unanswered sends \(known) had reached the disk; such a one "
        + "gets the first answer again and is not stored twice."
    )
    for (person, line) in outcome.unanswered + outcome.unsent { _ = try await person.send(line) }
    let last = people.flatMap(\.answered).map(\.sequence).max() ?? 0
    for person in people { await person.wait { $0.received.last?.sequence == last } }
    for person in people { try await person.read(conversationID, upTo: last) }
    for person in people { await person.wait { $0.othersReadUpTo == last } }
  }

  private func compare(
    _ people: [DemoPerson],
    _ conversationID: String
  ) async throws -> DemoVerdict {
    DemoVerdict(
      sent: people.flatMap(\.answered).sorted { $0.sequence < $1.sequence },
      stored: try await list(people[0], conversationID),
      received: people.map { ($0.member.id, $0.received) }
    )
  }

  private func tell(_ outcome: DemoBurst.Outcome) {
    Terminal.print(
      "   the process is dead: \(outcome.answered) sends answered, "
        + "\(outcome.unanswered.count) unanswered, \(outcome.unsent.count) lines not sent yet"
    )
  }

  private func tell(_ verdict: DemoVerdict, _ people: [DemoPerson]) -> Bool {
    step("6. What was sent, stored and received, in messages:")
    for line in verdict.table(authors: people.map(\.member.id)) { Terminal.print("   " + line) }
    Terminal.print("")
    if verdict.isEqual {
      Terminal.print("EQUAL: each message is stored once, and both received each once, in order.")
    } else {
      Terminal.print("NOT EQUAL: messages were lost, doubled or out of order.")
    }
    return verdict.isEqual
  }

  /// Everything that is stored, page by page.
  private func list(_ person: DemoPerson, _ conversationID: String) async throws -> [DemoMessage] {
    var messages: [DemoMessage] = []
    while true {
      let page = try await MessagesClient(person.channel).list(
        ListMessagesRequest(
          conversationID: conversationID,
          after: messages.last?.sequence ?? 0,
          limit: 20,
          fromStart: messages.isEmpty
        )
      )
      messages += page.messages.map { DemoMessage($0) }
      if !page.hasMore { return messages }
    }
  }

  private func step(_ lines: String...) {
    Terminal.print("")
    for (index, line) in lines.enumerated() { Terminal.print(index == 0 ? line : "   " + line) }
  }
}
