import RPC
import ServerProcess
import TTRPC
import WardlineAPI

/// Somebody who sends one message after the other and, after a lost connection, first sends again
/// what was not answered, with the same key.
actor Writer {
  let name: String
  let sender: String
  private let recipient: String
  private var sent = 0
  private var unanswered: String?
  private(set) var acknowledged: [History.Acknowledgement] = []

  init(number: Int) {
    let pair = Clinic.pairs[number % Clinic.pairs.count]
    (sender, recipient) = number / Clinic.pairs.count % 2 == 0 ? pair : (pair.1, pair.0)
    name = "writer \(number)"
  }

  /// Every key so far.
  var attempted: [String] { (0..<sent).map(key) }

  private func key(_ number: Int) -> String { "\(name), message \(number)" }

  /// Sends until a call fails or the task is cancelled.
  ///
  /// - Returns: why it stopped.
  func write(
    through connection: ClientConnection,
    onAcknowledged: @Sendable () -> Void
  ) async -> RPCError? {
    while !Task.isCancelled {
      do {
        try await sendNext(connection)
        onAcknowledged()
      } catch let error as RPCError {
        return error
      } catch {
        return RPCError(.unknown, "\(error)")
      }
    }
    return nil
  }

  /// Sends again what was not answered, if there is something.
  func settle(through connection: ClientConnection) async throws {
    if unanswered != nil { try await sendNext(connection) }
  }

  private func sendNext(_ connection: ClientConnection) async throws {
    if unanswered == nil {
      unanswered = key(sent)
      sent += 1
    }
    guard let key = unanswered else { return }
    let request = SendMessageRequest(
      to: .recipientID(recipient),
      content: key,
      idempotencyKey: key
    )
    let answer = try await MessagesClient(connection).send(request)
    unanswered = nil
    acknowledged.append(
      .init(key: key, conversation: answer.conversationID, sequence: answer.sequence)
    )
  }

  /// A connection of whoever this writer is.
  func connect(_ clinic: Clinic, to server: ServerProcess) async throws -> ClientConnection {
    try await clinic.connect(sender, to: server)
  }
}
