import ChatModel
import ChatRepository

@testable import SQLiteRepository

/// People who send, edit, react, mark and delete, each one thing after the other, all at once.
struct WriteLoad {
  let ward: StoredWard
  let ledger: WriteLedger
  var laneCount = 4
  /// What each does, at most; it stops when something fails.
  var roundsMax = 50
  /// Tells one load of a ward from another.
  var name = "load"

  func run(on repository: SQLiteRepository) async {
    await withTaskGroup { group in
      for lane in 0..<laneCount {
        group.addTask {
          for round in 0..<roundsMax {
            do {
              try await work(lane, round, on: repository)
            } catch {
              return
            }
          }
        }
      }
    }
  }

  private func work(_ lane: Int, _ round: Int, on repository: SQLiteRepository) async throws {
    let author = StoredWard.users[lane % StoredWard.users.count]
    let reader = StoredWard.users[(lane + 1) % StoredWard.users.count]
    let name = "\(name), lane \(lane), round \(round)"
    let destination = AppendMessage.Destination.conversation(ward.conversation)
    let answer = try await ledger.perform(
      KeyedWrite(
        wish: .send(AppendMessage(destination: destination, content: name)),
        actor: author,
        key: name + ", send"
      ),
      on: repository
    )
    guard let message = KeyedWrite.message(in: answer) else { return }
    for (number, (wish, actor)) in following(message, author, reader, name, round).enumerated() {
      let write = KeyedWrite(wish: wish, actor: actor, key: "\(name), \(number)")
      _ = try await ledger.perform(write, on: repository)
    }
  }

  /// What is done about a message.
  private func following(
    _ message: MessageID,
    _ author: UserID,
    _ reader: UserID,
    _ name: String,
    _ round: Int
  ) -> [(KeyedWrite.Wish, UserID)] {
    let mark = MoveWatermark(
      conversation: message.conversation,
      kind: .read,
      upTo: message.sequence
    )
    var wishes: [(KeyedWrite.Wish, UserID)] = [
      (.edit(message, to: name + ", again"), author), (.react(message, with: "👍"), reader),
      (.mark(mark), reader),
    ]
    if round % 3 == 2 { wishes.append((.delete(message), author)) }
    return wishes
  }
}
