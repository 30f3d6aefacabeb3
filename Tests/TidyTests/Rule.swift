import Testing

/// A habit that a pattern can check, line by line.
struct Rule: Sendable, CustomTestStringConvertible {
  let name: String
  /// What is looked for; `inComments` says whether a comment counts too.
  let pattern: String
  var inComments = false
  /// Whether the rule holds for this file.
  let holds: @Sendable (SourceFile) -> Bool
  let reason: String
  /// A line that breaks the rule and one that does not: the rule is tested with them.
  let bad: String
  let good: String

  var testDescription: String { name }
}

extension Rule {
  static let all = [
    Rule(
      name: "no trap",
      pattern: #"\btry!|\bas!|\bfatalError\(|\bpreconditionFailure\("#,
      holds: { $0.isSwift && !$0.isGenerated && $0.isIn("Sources") },
      reason: "what comes from outside must never stop the server: throw, or answer an error",
      bad: "let row = try! read()",
      good: "let row = try read()  // never try! here"
    ),
    Rule(
      name: "nothing left for later",
      pattern: #"\b(TODO|FIXME|XXX|HACK)\b"#,
      inComments: true,
      holds: { !$0.isGenerated },
      reason: "do it, or write an issue",
      bad: "// TODO: close it",
      good: "// Closed by the connection."
    ),
    Rule(
      name: "no sleeping test",
      pattern: #"Task\.sleep|\bu?sleep\(|Thread\.sleep|\bnanosleep\("#,
      holds: { $0.isSwift && $0.isIn("Tests") },
      reason: "wait for the condition: a sleep is too short on a busy machine, else too long",
      bad: "try await Task.sleep(for: .seconds(1))",
      good: "await server.isListening()"
    ),
    Rule(
      name: "no sleep",
      pattern: #"Task\.sleep|\busleep\(|Thread\.sleep|\bnanosleep\("#,
      holds: { $0.isSwift && $0.isIn("Sources") },
      reason:
        "a thread that sleeps does nothing else, and time is handed in: use a clock or a timekeeper",
      bad: "Thread.sleep(forTimeInterval: 0.001)",
      good: "try await time.sleep(for: .seconds(1))"
    ),
    Rule(
      name: "no Process of Foundation",
      pattern: #"(^|[\s(\[=:.])Process(\(|\.run\b|\.init\b)"#,
      holds: { $0.isSwift },
      reason:
        "on Linux its start reads beyond a buffer, which now and then ends the whole program: "
        + "use Subprocess, and Tests/ServerProcess in tests",
      bad: "let process = Process()",
      good: "let process = try await ChildProcess(url, [])"
    ),
    Rule(
      name: "no path of one machine",
      pattern: #"(^|[\s"'`=:(])/(home|root|opt|work|Users)/\w"#,
      inComments: true,
      holds: { !$0.isGenerated },
      reason: "nobody else has that folder",
      bad: "let folder = \"/home/ada/data\"",
      good: "GET https://host/home/ada"
    ),
    Rule(
      name: "no clock, no chance",
      pattern: #"\bDate\(\)|\bDate\.now|(Continuous|Suspending)Clock|Dispatch\w*Time\.now|"#
        + #"NIODeadline\.now|clock_gettime|Task\.sleep|\.random\((?!.*using:)|SystemRandomNumberGenerator"#,
      holds: { file in
        file.isSwift
          && ["TTRPCWire", "ChatModel", "ChatService"].contains { file.isIn("Sources/" + $0) }
      },
      reason: "time and chance are handed in, so that every case can be played back",
      bad: "let now = ContinuousClock.now",
      good: "let now = clock.now"
    ),
    Rule(
      name: "no print",
      pattern: #"(^|\s)(print|debugPrint|dump|NSLog)\("#,
      holds: { file in
        file.isSwift && file.isIn("Sources") && !file.isIn("Sources/wardline")
          && !file.isIn("Sources/protoc-gen-swift-ttrpc")
      },
      reason: "a library logs through the logger it is given",
      bad: "  print(frame)",
      good: "  footprint(frame)"
    ),
  ]
}

/// A file that may break a rule. One that no longer does fails the test too.
struct Exemption: Sendable {
  let rule: String
  let path: String
  let reason: String

  static let all = [
    Exemption(
      rule: "no trap",
      path: "Sources/ProtobufC/MessageWriter.swift",
      reason: "the system has no memory left, which stops every Swift program"
    ),
    Exemption(
      rule: "no sleep",
      path: "Sources/AttachmentStorage/Programs/Program.swift",
      reason: "a program runs by the time of the machine, and so does the limit of its time"
    ),
    Exemption(
      rule: "no sleep",
      path: "Sources/wardline/Commands/DemoCommand.swift",
      reason: "the patience of a demonstration, which is a command and no server"
    ),
    Exemption(
      rule: "no sleep",
      path: "Sources/wardline/Chat/ChatSession.swift",
      reason: "a person's terminal tries again after a while, and no test waits for it"
    ),
    Exemption(
      rule: "no sleeping test",
      path: "Tests/WardlineClientTests/SkippingClock.swift",
      reason: "the clock on which a sleep is over at once has to have one"
    ),
    Exemption(
      rule: "no sleeping test",
      path: "Tests/ClientChannelTests/ManualClock.swift",
      reason: "the clock that is moved by hand has to have a sleep that it ends"
    ),
  ]
}
