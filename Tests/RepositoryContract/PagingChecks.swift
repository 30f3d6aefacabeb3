import ChatModel
import ChatRepository
import Testing

let pagingChecks: [ContractCheck] = [
  ContractCheck("pages in both directions leave nothing out while sends go on") { clinic in
    for number in 1...60 {
      try await clinic.send("\(number)", from: clinic.amara, to: clinic.lindqvist)
    }
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    async let sends: Void = {
      for number in 61...120 {
        try await clinic.send("\(number)", from: clinic.lindqvist, to: clinic.amara)
      }
    }()
    let down = try await walk(clinic, id, .descending)
    let up = try await walk(clinic, id, .ascending)
    try await sends
    let highest = try #require(down.first)
    #expect(highest >= 60)
    #expect(down == Array((1...highest).reversed()))
    #expect(up == Array(1...Int64(up.count)))
    #expect(up.count >= 60)
  },
  ContractCheck("a page keeps to its bytes, and moves even when one message is larger") { clinic in
    for content in ["aaaa", "bbbb", "cccccccccc", "d"] {
      try await clinic.send(content, from: clinic.amara, to: clinic.lindqvist)
    }
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    var pages: [[Int64]] = []
    var range = MessageRange(limit: 10, byteLimit: 8)
    while true {
      let page = try await clinic.repository.messages(of: id, in: range, visibleTo: clinic.amara)
      pages.append(page.items.map(\.sequence.rawValue))
      guard page.hasMore else { break }
      range.after = page.items.last?.sequence
    }
    #expect(pages == [[1, 2], [3], [4]])
  },
  ContractCheck("a range between two numbers gives what lies between them") { clinic in
    for number in 1...9 {
      try await clinic.send("\(number)", from: clinic.amara, to: clinic.lindqvist)
    }
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    let page = try await clinic.repository.messages(
      of: id,
      in: MessageRange(
        after: MessageSequence(rawValue: 2),
        before: MessageSequence(rawValue: 6),
        order: .descending,
        limit: 10,
        byteLimit: 100
      ),
      visibleTo: nil
    )
    #expect(page.items.map(\.content) == ["5", "4", "3"])
    #expect(!page.hasMore)
  },
]

/// The numbers of all messages, read in pages of seven.
private func walk(
  _ clinic: Clinic,
  _ id: ConversationID,
  _ order: MessageRange.Order
) async throws -> [Int64] {
  var numbers: [Int64] = []
  var range = MessageRange(order: order, limit: 7, byteLimit: 1 << 20)
  while true {
    let page = try await clinic.repository.messages(of: id, in: range, visibleTo: clinic.amara)
    numbers += page.items.map(\.sequence.rawValue)
    guard page.hasMore else { return numbers }
    switch order {
    case .ascending: range.after = page.items.last?.sequence
    case .descending: range.before = page.items.last?.sequence
    }
  }
}
