import ChatModel
import ChatRepository
import Foundation
import GRDB

extension WriteTransaction: ChatTransaction {
  /// Does what is wanted, or answers as the first time if the key was used before.
  func perform<Intent: WriteIntent>(_ intent: Intent) throws -> Intent.Outcome {
    // A message names itself under its key, which costs less than an answer.
    guard let key = context.key, Intent.self != AppendMessage.self else {
      return try applyUnlessRefused(intent)
    }
    let fingerprint = try Fingerprint(of: intent)
    if let stored = try StoredKey.find(key, of: context.actor, db) {
      return try answer(to: Intent.self, fingerprint, stored)
    }
    let outcome = try applyUnlessRefused(intent)
    try StoredKey.insert(
      outcome,
      to: Intent.self,
      fingerprint,
      under: key,
      of: context.actor,
      db
    )
    return outcome
  }

  private func applyUnlessRefused<Intent: WriteIntent>(
    _ intent: Intent
  ) throws -> Intent.Outcome {
    // A message looks at its key by itself, behind the rules.
    if let refusal = context.refusal, Intent.self != AppendMessage.self { throw refusal }
    return try intent.apply(to: self)
  }

  private func answer<Intent: WriteIntent>(
    to _: Intent.Type,
    _ fingerprint: Fingerprint,
    _ stored: StoredKey
  ) throws -> Intent.Outcome {
    guard case .answer(let operation, _, let json) = stored.result,
      operation == Intent.operation, stored.fingerprint == fingerprint
    else { throw stored.conflict }
    do {
      return try JSONDecoder().decode(Intent.Outcome.self, from: Data(json.utf8))
    } catch {
      throw DamagedRow()
    }
  }
}
