import ChatModel
import Foundation
import Testing

@Suite("What docs/operations.md says of the limits of the chat")
struct ChatLimitDocumentationTests {
  @Test("each has a row with its default", arguments: ChatLimit.allCases)
  func rows(limit: ChatLimit) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/operations.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let value = ChatLimits()[limit].formatted(.number.locale(Locale(identifier: "en_US")))
    #expect(text.contains("| `\(limit.rawValue)` | \(value) |"))
  }

  @Test(
    "a default lies in its range, and another value takes its place",
    arguments: ChatLimit.allCases
  )
  func ranges(limit: ChatLimit) {
    var limits = ChatLimits()
    let range = ChatLimits.range(of: limit)
    #expect(range.contains(limits[limit]))
    limits[limit] = range.lowerBound
    #expect(limits[limit] == range.lowerBound)
    let others = ChatLimit.allCases.filter { $0 != limit }
    #expect(others.allSatisfy { limits[$0] == ChatLimits()[$0] })
  }
}
