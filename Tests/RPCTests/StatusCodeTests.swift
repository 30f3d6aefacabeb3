import RPC
import Testing

@Suite("Status codes")
struct StatusCodeTests {
  @Test("numbers and names are those of gRPC")
  func names() {
    let codes: [(StatusCode, Int32, String)] = [
      (.ok, 0, "OK"), (.cancelled, 1, "CANCELLED"), (.unknown, 2, "UNKNOWN"),
      (.invalidArgument, 3, "INVALID_ARGUMENT"), (.deadlineExceeded, 4, "DEADLINE_EXCEEDED"),
      (.notFound, 5, "NOT_FOUND"), (.alreadyExists, 6, "ALREADY_EXISTS"),
      (.permissionDenied, 7, "PERMISSION_DENIED"), (.resourceExhausted, 8, "RESOURCE_EXHAUSTED"),
      (.failedPrecondition, 9, "FAILED_PRECONDITION"), (.aborted, 10, "ABORTED"),
      (.outOfRange, 11, "OUT_OF_RANGE"), (.unimplemented, 12, "UNIMPLEMENTED"),
      (.internal, 13, "INTERNAL"), (.unavailable, 14, "UNAVAILABLE"), (.dataLoss, 15, "DATA_LOSS"),
      (.unauthenticated, 16, "UNAUTHENTICATED"),
    ]
    for (code, number, name) in codes {
      #expect(code.rawValue == number)
      #expect(code.description == name)
      #expect(StatusCode(rawValue: number) == code)
    }
  }

  @Test("a number without a name keeps its number", arguments: [17, -1, Int32.max, Int32.min])
  func unknown(number: Int32) {
    #expect(StatusCode(rawValue: number).description == "CODE_\(number)")
  }

  @Test("an error says its code and its message")
  func error() {
    #expect("\(RPCError(.notFound, "no such user"))" == "NOT_FOUND: no such user")
    #expect(RPCError.unimplemented("x").code == .unimplemented)
  }
}
