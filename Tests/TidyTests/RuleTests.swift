import Testing

@Suite("The habits of the house, line by line")
struct RuleTests {
  @Test("every file keeps the rule", arguments: Rule.all)
  func everyFileKeeps(_ rule: Rule) throws {
    let exempt = Set(Exemption.all.filter { $0.rule == rule.name }.map(\.path))
    let found = try violations(of: rule, in: Checkout.files).filter { !exempt.contains($0.path) }
    let list = found.map { "\($0.path):\($0.line): \($0.text)" }.joined(separator: "\n")
    #expect(found.isEmpty, "\(rule.name): \(rule.reason)\n\(list)")
  }

  @Test("the rule finds its bad example and lets its good one pass", arguments: Rule.all)
  func ruleWorks(_ rule: Rule) throws {
    let pattern = try Regex(rule.pattern)
    #expect(Self.breaks(rule, pattern, rule.bad[...]))
    #expect(!Self.breaks(rule, pattern, rule.good[...]))
  }

  @Test("every exemption names a rule, and its file still needs it")
  func exemptionsAreNeeded() throws {
    for exemption in Exemption.all {
      let rule = try #require(Rule.all.first { $0.name == exemption.rule })
      let file = Checkout.files.filter { $0.path == exemption.path }
      #expect(try !violations(of: rule, in: file).isEmpty, "\(exemption.path): \(exemption.rule)")
    }
  }

  @Test("no file is named for a drawer: Utilities, Helpers, Manager, Common")
  func fileNames() throws {
    let drawer = try Regex("(Util(s|ity|ities)?|Helpers?|Manager|Common|Misc)([A-Z+.]|$)")
    let found = Checkout.files.filter { $0.name.contains(drawer) }.map(\.path)
    #expect(found.isEmpty, "name the file for the one idea in it")
  }

  private func violations(
    of rule: Rule,
    in files: [SourceFile]
  ) throws -> [(path: String, line: Int, text: Substring)] {
    let pattern = try Regex(rule.pattern)
    return files.filter(rule.holds).flatMap { file in
      file.lines.enumerated()
        .filter { Self.breaks(rule, pattern, $0.element) }
        .map { (file.path, $0.offset + 1, $0.element) }
    }
  }

  private static func breaks(
    _ rule: Rule,
    _ pattern: Regex<AnyRegexOutput>,
    _ line: Substring
  ) -> Bool {
    (rule.inComments ? line : code(of: line)).contains(pattern)
  }

  /// The line without its comment. `//` after anything but a space is taken for part of an address.
  private static func code(of line: Substring) -> Substring {
    if line.drop(while: { $0 == " " }).hasPrefix("//") { return "" }
    guard let comment = line.firstRange(of: " //") else { return line }
    return line[..<comment.lowerBound]
  }
}
