import NIOCore
import RPC
import Testing

@testable import GRPCTransport

@Suite("The client's side of a call")
struct RequestReaderTests {
  /// What is received, and whether the client ends its side with it.
  private struct Input {
    let bytes: ByteBuffer
    let isLast: Bool
  }

  private enum Outcome: Equatable {
    case message(String)
    case ended
    case violation(StatusCode)
  }

  private func outcomes(of inputs: [Input], takesStream: Bool) -> [Outcome] {
    var reader = GRPCRequestReader(takesStream: takesStream, messageLengthMax: 8)
    var outcomes: [Outcome] = []
    for input in inputs {
      reader.received(input.bytes, isLast: input.isLast)
      loop: while true {
        switch reader.next() {
        case .needsMoreBytes: break loop
        case .message(let message): outcomes.append(.message(String(buffer: message)))
        case .ended:
          if outcomes.last != .ended, takesStream { outcomes.append(.ended) }
          break loop
        case .violation(let error):
          outcomes.append(.violation(error.code))
          return outcomes
        }
      }
    }
    return outcomes
  }

  private func message(_ text: String, flag: UInt8 = 0, isLast: Bool = false) -> Input {
    Input(bytes: .message(ByteBuffer(string: text), flag: flag), isLast: isLast)
  }

  private var end: Input { Input(bytes: ByteBuffer(), isLast: true) }

  @Test("one message: it is given when the client has ended its side")
  func single() {
    #expect(outcomes(of: [message("a")], takesStream: false) == [])
    #expect(outcomes(of: [message("a"), end], takesStream: false) == [.message("a")])
    #expect(outcomes(of: [message("a", isLast: true)], takesStream: false) == [.message("a")])
    #expect(outcomes(of: [message("", isLast: true)], takesStream: false) == [.message("")])
  }

  @Test("one message: none, two, and half of one are refused")
  func notOne() {
    let refused: [Outcome] = [.violation(.unimplemented)]
    #expect(outcomes(of: [end], takesStream: false) == refused)
    #expect(
      outcomes(of: [message("a"), message("b", isLast: true)], takesStream: false) == refused
    )
    let half = Input(bytes: ByteBuffer(bytes: [0, 0, 0, 0, 2, 1]), isLast: true)
    #expect(outcomes(of: [half], takesStream: false) == [.violation(.invalidArgument)])
  }

  @Test("a stream: each message is given at once, and the end behind the last")
  func many() {
    #expect(outcomes(of: [message("a")], takesStream: true) == [.message("a")])
    #expect(outcomes(of: [end], takesStream: true) == [.ended])
    #expect(
      outcomes(of: [message("a"), message("b", isLast: true)], takesStream: true)
        == [.message("a"), .message("b"), .ended]
    )
  }

  @Test(
    "what is compressed without saying how cannot be read, what is too long exhausts",
    arguments: [true, false]
  )
  func violations(takesStream: Bool) {
    #expect(
      outcomes(of: [message("a", flag: 1, isLast: true)], takesStream: takesStream)
        == [.violation(.internal)]
    )
    #expect(
      outcomes(of: [message("nine bytes", isLast: true)], takesStream: takesStream)
        == [.violation(.resourceExhausted)]
    )
    #expect(
      outcomes(of: [message("a", flag: 9, isLast: true)], takesStream: takesStream)
        == [.violation(.invalidArgument)]
    )
  }
}
