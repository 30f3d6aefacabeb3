import NIOHTTP1
import SeededRandom

/// A history that is made at random over REST, and what a simple model expects of it.
struct WrittenHistory {
  struct Line: Equatable {
    let id: String
    let sender: String
    var content: String
    var isDeleted = false
  }

  /// A conversation: its lines, and how far each of its people has read.
  struct Talk {
    let id: String
    var lines: [Line] = []
    var read: [String: Int] = [:]
  }

  private(set) var talks: [Talk] = []
  /// What happened to messages: `message_created ID` and the like, in order.
  private(set) var changes: [String] = []
  let people: [Visitor]
  var random: SeededGenerator
  private var count = 0

  /// Two conversations of the same people.
  init(_ people: [Visitor], seed: UInt64) async throws {
    self.people = people
    random = SeededGenerator(seed: seed)
    for title in ["one", "other"] {
      let others = people.dropFirst().map(\.id)
      let made = try await people[0].post(
        "/api/conversations",
        ["Type": "group", "Title": title, "Participant_ids": others]
      )
      talks.append(Talk(id: made.text("Conversation_id")))
    }
  }

  /// What is unread of somebody: messages of others behind what was read, but deleted ones.
  func unread(of person: Visitor) -> Int {
    talks.reduce(0) { sum, talk in
      sum
        + talk.lines.dropFirst(talk.read[person.id] ?? 0)
        .count { $0.sender != person.id && !$0.isDeleted }
    }
  }

  mutating func take(steps: Int) async throws {
    for _ in 0..<steps {
      let place = Int.random(in: talks.indices, using: &random)
      let person = people[Int.random(in: people.indices, using: &random)]
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5: try await send(person, place)
      case 5: try await edit(person, place)
      case 6: try await delete(person, place)
      default: try await read(person, place)
      }
    }
  }

  private mutating func send(_ person: Visitor, _ place: Int) async throws {
    count += 1
    let content = "line \(count)"
    let reply = try await person.post(
      "/messages",
      ["Conversation_id": talks[place].id, "Content": content]
    )
    let id = reply.text("Message_id")
    talks[place].lines.append(Line(id: id, sender: person.id, content: content))
    changes.append("message_created \(id)")
  }

  private mutating func edit(_ person: Visitor, _ place: Int) async throws {
    guard let line = ownLine(person, place) else { return }
    count += 1
    talks[place].lines[line].content = "line \(count)"
    let id = talks[place].lines[line].id
    _ = try await person.send(.PATCH, "/messages/\(id)", json: ["Content": "line \(count)"])
    changes.append("message_edited \(id)")
  }

  private mutating func delete(_ person: Visitor, _ place: Int) async throws {
    guard let line = ownLine(person, place) else { return }
    talks[place].lines[line].content = ""
    talks[place].lines[line].isDeleted = true
    let id = talks[place].lines[line].id
    _ = try await person.send(.DELETE, "/messages/\(id)")
    changes.append("message_deleted \(id)")
  }

  private mutating func read(_ person: Visitor, _ place: Int) async throws {
    let talk = talks[place]
    let upTo = Int.random(in: 0...talk.lines.count, using: &random)
    _ = try await person.put("/api/conversations/\(talk.id)/read", ["Up_to": upTo])
    talks[place].read[person.id] = max(upTo, talk.read[person.id] ?? 0)
  }

  /// A message of somebody's that is still there.
  private mutating func ownLine(_ person: Visitor, _ place: Int) -> Int? {
    let lines = talks[place].lines
    return lines.indices.filter { lines[$0].sender == person.id && !lines[$0].isDeleted }
      .randomElement(using: &random)
  }
}
