import ChatModel
import ChatRepository
import Synchronization
import Testing

let writeChecks: [ContractCheck] = [
  ContractCheck("a write that breaks a rule fails alone") { clinic in
    let unknown = try #require(UserID("nobody"))
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<100 {
        let recipient = number.isMultiple(of: 2) ? clinic.lindqvist : unknown
        group.addTask {
          (try? await clinic.send("\(number)", from: clinic.amara, to: recipient)) != nil
        }
      }
      return await group.reduce(into: [Bool: Int]()) { $0[$1, default: 0] += 1 }
    }
    #expect(outcomes == [true: 50, false: 50])
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    #expect(try await clinic.messages(of: id).map(\.sequence.rawValue) == Array(1...50))
  },
  ContractCheck("answers come on their executor, in the order in which they were asked for") {
    clinic in
    let executor = CountingExecutor()
    let answers = Mutex<[Int64]>([])
    await withCheckedContinuation { continuation in
      for number in 0..<300 {
        clinic.repository.write(
          AppendMessage(destination: .direct(clinic.lindqvist), content: "\(number)"),
          WriteContext(actor: clinic.amara, now: Clinic.start),
          on: executor
        ) { [expected = 300] result in
          let count = answers.withLock { answers in
            answers.append((try? result.get().id.sequence.rawValue) ?? 0)
            return answers.count
          }
          if count == expected { continuation.resume() }
        }
      }
    }
    #expect(answers.withLock { $0 } == Array(1...300))
    #expect(executor.hops <= 300)
  },
  ContractCheck("closing answers what waits, and what comes later is refused") { clinic in
    let answers = Mutex(0)
    for number in 0..<500 {
      clinic.repository.write(
        AppendMessage(destination: .direct(clinic.lindqvist), content: "\(number)"),
        WriteContext(actor: clinic.amara, now: Clinic.start),
        on: ImmediateCompletionExecutor.shared
      ) { result in
        if case .success = result { answers.withLock { $0 += 1 } }
      }
    }
    await clinic.repository.close()
    #expect(answers.withLock { $0 } == 500)
    await #expect(throws: ChatError.unavailable) {
      try await clinic.send("late", from: clinic.amara, to: clinic.lindqvist)
    }
    await #expect(throws: ChatError.unavailable) {
      _ = try await clinic.repository.logHead()
    }
    try await clinic.reopen()
    let id = try await clinic.conversation(clinic.amara, clinic.lindqvist)
    #expect(try await clinic.messages(of: id).count == 500)
  },
]

/// Runs work at once, and counts how often it was asked to.
private final class CountingExecutor: CompletionExecutor {
  private let count = Mutex(0)

  var hops: Int { count.withLock { $0 } }

  func execute(_ work: @escaping @Sendable () -> Void) {
    count.withLock { $0 += 1 }
    work()
  }
}
