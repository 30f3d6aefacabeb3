import ChatService
import Foundation
import RPCInterceptors
import ServerProcess
import Testing

@testable import wardline

@Suite("The settings of how often methods may be called")
struct RateSettingsTests {
  private let slow = RateLimit(2, per: .minute, burst: 3)

  private func rates(
    _ overrides: [String] = [],
    file: String? = nil,
    environment: [String: String] = [:]
  ) throws -> RateSettings {
    guard let file else {
      return try RateSettings(overrides, file: nil, environment: environment)
    }
    let folder = try TemporaryFolder()
    try Data(file.utf8).write(to: folder.url.appending(path: "config.json"))
    return try RateSettings(
      overrides,
      file: folder.path("config.json"),
      environment: environment
    )
  }

  @Test("the rate of a method is read from each place", arguments: ChatService.Operation.allCases)
  func places(_ operation: ChatService.Operation) throws {
    let name = operation.rawValue
    let variable = "WARDLINE_RATES_" + name.uppercased().replacing("/", with: "_")
    for settings in [
      try rates(["\(name)=2/m burst 3"]),
      try rates(environment: [variable: "2/m burst 3"]),
      try rates(file: #"{"rates": {"\#(name)": "2/m burst 3"}}"#),
    ] {
      let found = settings.rates(of: operation)
      #expect((found.user ?? found.stranger) == slow)
    }
  }

  @Test("the command line comes first, then the environment, then the file")
  func order() throws {
    let environment = ["WARDLINE_RATES_MESSAGES_SEND": "2/s"]
    let file = #"{"rates": {"Messages/Send": "3/s"}}"#
    let all = try rates(["Messages/Send=1/s"], file: file, environment: environment)
    #expect(all.rates(of: .sendMessage).user == RateLimit(1, per: .second))
    let two = try rates(file: file, environment: environment)
    #expect(two.rates(of: .sendMessage).user == RateLimit(2, per: .second))
  }

  @Test("methods without a rate have the default, and services none unless they are given one")
  func defaults() throws {
    let standard = try rates().rates(of: .sendMessage)
    #expect(standard.user == RateDefaults.user)
    #expect(standard.service == nil)
    #expect(standard.stranger == nil)
    #expect(try rates().rates(of: .authenticate) == .init(stranger: RateDefaults.stranger))
    let changed = try rates(["default=2/m burst 3", "services=5/s", "strangers=7/s"])
    #expect(changed.rates(of: .sendMessage).user == slow)
    #expect(changed.rates(of: .subscribe).user == RateDefaults.methods[.subscribe])
    #expect(changed.rates(of: .sendMessage).service == RateLimit(5, per: .second))
    #expect(changed.rates(of: .authenticate).stranger == RateLimit(7, per: .second))
  }

  @Test("a limit can be taken away")
  func off() throws {
    let settings = try rates(["Messages/Send=off", "strangers=off"])
    #expect(settings.rates(of: .sendMessage).user == nil)
    #expect(settings.rates(of: .authenticate).stranger == nil)
    #expect(settings.failures == RateDefaults.failure)
    #expect(try rates(["failures=3/m"]).failures == RateLimit(3, per: .minute))
    #expect(settings.rates(of: .getMessage).user == RateDefaults.user)
  }

  @Test(
    "a name or a rate that is none is refused wherever it stands",
    arguments: [
      (["Messages/Sent=1/s"], nil, [:], "no rate of that name"),
      (["Messages/Send"], nil, [:], "NAME=RATE"),
      (["Messages/Send=fast"], nil, [:], "20/s burst 40"),
      ([], #"{"rates": {"Messages/Send": 20}}"#, [:], "rates.Messages/Send"),
      ([], #"{"rates": {"Messages": "20/s"}}"#, [:], "rates.Messages"),
      ([], nil, ["WARDLINE_RATES_MESSAGES_SENT": "1/s"], "WARDLINE_RATES_MESSAGES_SENT"),
      ([], nil, ["WARDLINE_RATES_DEFAULT": "0/s"], "WARDLINE_RATES_DEFAULT"),
    ] as [([String], String?, [String: String], String)]
  )
  func refused(
    _ overrides: [String],
    _ file: String?,
    _ environment: [String: String],
    _ words: String
  ) throws {
    let error = #expect(throws: SettingError.self) {
      try rates(overrides, file: file, environment: environment)
    }
    #expect(error?.description.contains(words) == true)
  }

  @Test("docs/operations.md has the rates of the code")
  func documented() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/operations.md")
    let section = try String(contentsOf: file, encoding: .utf8)
      .components(separatedBy: "\n### ").first { $0.hasPrefix("Rates\n") }
    let rows = try #require(section).split(separator: "\n").filter { $0.hasPrefix("| `") }
    var expected = [
      "default": RateDefaults.user.description, "strangers": RateDefaults.stranger.description,
      "failures": RateDefaults.failure.description,
      "services": RateDefaults.service?.description ?? "off",
    ]
    for (operation, rate) in RateDefaults.methods {
      expected[operation.rawValue] = rate.description
    }
    var found: [String: String] = [:]
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      found[cells[0].trimmingCharacters(in: ["`"])] = cells[1]
    }
    #expect(found == expected)
  }
}
