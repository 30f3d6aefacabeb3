import Foundation

/// The table of `policy-matrix.txt`.
struct PolicyMatrix {
  enum Caller: String, CaseIterable {
    case anonymous, expired, participant, carer, former, patient, stranger, admin, service
  }

  enum Target: String, CaseIterable {
    case own, foreign, closed, deleted, missing, malformed
  }

  /// A request, and what each caller gets for each target: names of statuses, nil where the request
  /// names nothing of that kind.
  struct Row {
    let method: String
    let request: String
    var outcomes: [Caller: [String?]] = [:]

    func outcome(_ caller: Caller, _ target: Target) -> String? {
      outcomes[caller]?[Target.allCases.firstIndex(of: target) ?? 0]
    }

    /// Whether the request names a conversation, or a message or a file in it.
    var namesPlace: Bool {
      ["$conversation", "$message", "$attachment"].contains(where: request.contains)
    }

    /// Whether the answer is OK also where there is nothing to tell, so that what it says must be the
    /// same of what is foreign and of what is missing.
    var answersOfForeign: Bool { method == "Presence/Get" }

    /// Whether others would meet what it changes: users and their tokens.
    var changesPeople: Bool {
      ["Session/Revoke", "Users/Put", "Users/RevokeTokens", "CareTeams/Assign"].contains(method)
    }

    /// Whether it is tried among people whom no other row has brought together.
    var isTriedAlone: Bool { changesPeople || answersOfForeign }

    /// Whether the request names something that can be of that kind.
    func applies(_ target: Target) -> Bool {
      if namesPlace { return true }
      if request.contains("$user") { return target != .closed }
      return target == .own
    }
  }

  struct Malformed: Error {
    let line: String
  }

  let rows: [Row]

  static func load() throws -> PolicyMatrix {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "policy-matrix.txt")
    return try PolicyMatrix(String(contentsOf: file, encoding: .utf8))
  }

  init(_ text: String) throws {
    var rows: [Row] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      if line.hasPrefix(" ") {
        guard !rows.isEmpty else { throw Malformed(line: String(line)) }
        try rows[rows.count - 1].add(line)
      } else {
        let parts = line.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { throw Malformed(line: String(line)) }
        rows.append(Row(method: String(parts[0]), request: String(parts[1])))
      }
    }
    self.rows = rows
  }
}

extension PolicyMatrix.Row {
  /// `participant carer OK NF OK OK NF IA`: callers, then a status for each target.
  fileprivate mutating func add(_ line: Substring) throws {
    let words = line.split(separator: " ").map(String.init)
    let count = PolicyMatrix.Target.allCases.count
    guard words.count > count else { throw PolicyMatrix.Malformed(line: String(line)) }
    for word in words.dropLast(count) {
      guard let caller = PolicyMatrix.Caller(rawValue: word), outcomes[caller] == nil else {
        throw PolicyMatrix.Malformed(line: String(line))
      }
      outcomes[caller] = words.suffix(count).map { $0 == "-" ? nil : $0 }
    }
  }

  /// The row as it would stand in the file, for whoever has to write it.
  func text(_ found: [PolicyMatrix.Caller: [String?]]) -> String {
    var lines: [(callers: [String], outcomes: [String?])] = []
    for caller in PolicyMatrix.Caller.allCases {
      guard let outcomes = found[caller] else { continue }
      if let index = lines.firstIndex(where: { $0.outcomes == outcomes }) {
        lines[index].callers.append(caller.rawValue)
      } else {
        lines.append(([caller.rawValue], outcomes))
      }
    }
    return "\(method) \(request)\n"
      + lines.map { line in
        "  \(line.callers.joined(separator: " ")) "
          + line.outcomes.map { $0 ?? "-" }.joined(separator: " ")
      }.joined(separator: "\n")
  }
}
