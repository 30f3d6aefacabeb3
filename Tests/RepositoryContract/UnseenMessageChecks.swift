import ChatModel
import ChatRepository
import Testing

let unseenMessageChecks: [ContractCheck] = [
  ContractCheck("what becomes of a message is told only to those who may see it") { clinic in
    let nurse = try await clinic.enter("nurse", .nurse)
    let group = try await clinic.group(clinic.lindqvist, [clinic.amara], history: .fromJoin)
    let before = try await clinic.say("before", clinic.lindqvist, in: group)
    try await clinic.add(nurse, to: group, by: clinic.lindqvist)
    let hidden = try await clinic.say("hidden", clinic.lindqvist, in: group)
    try await clinic.delete(hidden, .me, by: nurse)
    let start = clinic.told.events.count
    for message in [before, hidden] {
      try await clinic.edit(message, to: "changed", by: clinic.lindqvist)
      try await clinic.react("👍", to: message, by: clinic.amara)
      try await clinic.react("👍", to: message, by: clinic.amara, isAdded: false)
      try await clinic.delete(message, .all, by: clinic.lindqvist)
    }
    let told = clinic.told.events.dropFirst(start)
    #expect(told.count == 8)
    for event in told { #expect(event.audience == [clinic.lindqvist, clinic.amara]) }
    try await clinic.expectLogAgrees([clinic.lindqvist, clinic.amara, nurse])
  },
  ContractCheck("in a broadcast a patient's reaction to a hidden message is told to staff alone") {
    clinic in
    let nurse = try await clinic.enter("nurse", .nurse)
    let noah = try await clinic.enter("noah", .patient)
    let news = try await clinic.group(
      clinic.lindqvist,
      [clinic.amara, noah, nurse],
      type: .broadcast
    )
    let message = try await clinic.say("news", clinic.lindqvist, in: news)
    try await clinic.delete(message, .me, by: nurse)
    try await clinic.react("👍", to: message, by: clinic.amara)
    let event = try #require(clinic.told.events.last)
    #expect(event.audience == [clinic.lindqvist, clinic.amara])
  },
  ContractCheck("a reply is told without what it answers to those who may not see that") { clinic in
    let nurse = try await clinic.enter("nurse", .nurse)
    let group = try await clinic.group(clinic.lindqvist, [clinic.amara], history: .fromJoin)
    let parent = try await clinic.say("parent", clinic.lindqvist, in: group)
    try await clinic.add(nurse, to: group, by: clinic.lindqvist)
    let reply = try await clinic.say("reply", clinic.amara, in: group, replyTo: parent)
    try await clinic.edit(reply, to: "answer", by: clinic.amara)
    try await clinic.delete(parent, .me, by: clinic.amara)
    try await clinic.edit(reply, to: "this", by: clinic.amara)
    let told = clinic.told.events.filter { $0.kind.replyTo != nil }
    #expect(told.map(\.withoutReply) == [[nurse], [nurse], [nurse, clinic.amara]])
    for event in told {
      #expect(event.audience.contains(nurse))
      #expect(event.shown(to: nurse).kind.replyTo == nil)
      #expect(event.shown(to: clinic.lindqvist).kind.replyTo?.id == parent)
    }
    try await clinic.expectLogAgrees([clinic.lindqvist, nurse])
    let log = try await clinic.events(of: clinic.amara)
    #expect(log.allSatisfy { $0.kind.replyTo == nil }, "hidden since")
  },
]

extension Clinic {
  /// Expects of the log what the commits told each of these users.
  fileprivate func expectLogAgrees(_ users: [UserID]) async throws {
    for user in users {
      let seen = told.events.filter { $0.audience.contains(user) }.map { $0.shown(to: user) }
      let log = try await events(of: user)
      #expect(log.map(\.position) == seen.map(\.position))
      #expect(log.map(\.kind.replyTo?.id) == seen.map(\.kind.replyTo?.id))
    }
  }
}
