import RPC
import ServerProcess
import TTRPC
import WardlineAPI

/// Somebody who goes through the cycles of one group, step by step, and asks again, under the same
/// key, for what was not answered.
actor MixedWriter {
  struct Expected: Sendable {
    let name: String
    let isForAll: Bool
  }

  static let member = "amara"

  let number: Int
  let owner: String
  private let cycleCount: Int
  private var done: [(step: MixedStep, answer: String)] = []
  private var cycle: MixedCycle?
  private var pending: MixedStep?
  private(set) var group = ""
  /// The events of the group, in order.
  private(set) var events: [Expected] = []

  init(number: Int, cycleCount: Int) {
    self.number = number
    self.cycleCount = cycleCount
    owner = ["dr-lindqvist", "dr-haddad", "mei-tanaka"][number % 3]
  }

  /// Works until everything is done or a call fails.
  ///
  /// - Returns: why it stopped; nil when everything is done.
  func work(
    _ connections: [String: ClientConnection],
    onAnswer: @Sendable () -> Void
  ) async -> RPCError? {
    do {
      while let step = pending ?? nextStep() {
        pending = step
        try await perform(step, connections)
        pending = nil
        onAnswer()
      }
      return nil
    } catch let error as RPCError {
      return error
    } catch {
      return RPCError(.unknown, "\(error)")
    }
  }

  private func nextStep() -> MixedStep? {
    guard let cycle else { return beginning }
    if let step = cycle.next(key: "writer \(number), step \(done.count)") { return step }
    guard cycle.number + 1 < cycleCount else { return nil }
    self.cycle = MixedCycle(owner: owner, group: group, number: cycle.number + 1)
    return nextStep()
  }

  private func perform(_ step: MixedStep, _ connections: [String: ClientConnection]) async throws {
    guard let connection = connections[step.caller] else { return }
    let answer = try await step.perform(through: connection)
    done.append((step, answer.text))
    events.append(Expected(name: step.event(answer), isForAll: step.witness == .everybody))
    if cycle == nil {
      group = answer.conversation
      cycle = MixedCycle(owner: owner, group: group, number: 0)
    } else {
      cycle?.answers.append(answer)
    }
  }

  private var beginning: MixedStep {
    let history: HistoryVisibility = number.isMultiple(of: 2) ? .all : .fromJoin
    return MixedStep(
      caller: owner,
      key: "writer \(number), group",
      call: { connection, key in
        let answer = try await ConversationsClient(connection).create(
          CreateConversationRequest(
            type: .group,
            title: key,
            participantIDs: [Self.member],
            history: history,
            idempotencyKey: key
          )
        )
        return MixedStep.Answer(
          text: "\(answer)",
          conversation: answer.conversation?.conversationID ?? ""
        )
      },
      event: { _ in "created" }
    )
  }

  /// Asks for everything once more.
  ///
  /// - Returns: a line for each answer that is not the first one.
  func repeatEverything(_ connections: [String: ClientConnection]) async -> [String] {
    var problems: [String] = []
    for (step, first) in done {
      guard let connection = connections[step.caller] else { continue }
      do {
        let again = try await step.perform(through: connection).text
        if again != first { problems.append("\(step.key) was \(first) and is \(again)") }
      } catch {
        problems.append("\(step.key) was answered and is now \(error)")
      }
    }
    return problems
  }

  /// What somebody has to be told of the group, in order.
  func events(for user: String) -> [String] {
    if user == owner { return events.map(\.name) }
    let all = events.filter(\.isForAll).map(\.name)
    if user == Self.member { return all }
    var isThere = false
    return all.filter { name in
      guard user == MixedCycle.visitor else { return false }
      if name == "joined \(user)" { isThere = true }
      defer { if name == "left \(user)" { isThere = false } }
      return isThere
    }
  }
}
