import ChatService
import NIOCore
import ProtobufC
import RPC
import Synchronization
import TTRPC
import Testing
import WardlineAPI

@testable import WardlineRPC

@Suite("Who gets what from every method", .timeLimit(.minutes(10)))
struct PolicyMatrixTests {
  @Test("every method of the server has a row in policy-matrix.txt, and every row its method")
  func rows() async throws {
    let rows = try PolicyMatrix.load().rows
    try await Clinic.with { clinic in
      let served = Set(clinic.services.operations.map(\.operation.rawValue))
      #expect(Set(rows.map(\.method)) == served)
    }
  }

  @Test("each caller gets for each target what the table says")
  func matrix() async throws {
    let rows = try PolicyMatrix.load().rows
    try await withThrowingTaskGroup(of: Void.self) { group in
      // In parallel, a clinic for each part: nearly all of the time is waiting for the disk.
      let parts = 4
      for part in 0..<parts {
        group.addTask {
          try await Clinic.with { clinic in
            let trial = PolicyTrial(try await PolicyFixture(clinic))
            for (index, row) in rows.enumerated() where index % parts == part {
              try await PolicyMatrix.check(row) { caller in
                guard row.isTriedAlone else { return try await trial.outcomes(of: row, caller) }
                return try await PolicyTrial.alone(row, caller)
              }
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

/// What came of a call.
private struct Outcome: Equatable, Sendable {
  let status: String
  let message: String
  /// What a unary call was answered with.
  var answer: ByteBuffer?
}

extension PolicyMatrix {
  /// Expects what a row says of what each caller gets.
  fileprivate static func check(
    _ row: Row,
    _ outcomes: (Caller) async throws -> [Target: Outcome]
  ) async throws {
    var found: [Caller: [String?]] = [:]
    for caller in Caller.allCases {
      let got = try await outcomes(caller)
      found[caller] = Target.allCases.map { got[$0]?.status }
      if let foreign = got[.foreign], foreign.status == "NF",
        let missing = got[.missing], missing.status == "NF"
      {
        #expect(foreign == missing, "\(row.method) tells \(caller) that something is there")
      }
      if row.answersOfForeign {
        #expect(got[.foreign] == got[.missing], "\(row.method) tells \(caller) of strangers")
        #expect(got[.deleted] == got[.missing], "\(row.method) tells \(caller) of who has gone")
      }
    }
    compare(row, found)
  }

  private static func compare(_ row: Row, _ found: [Caller: [String?]]) {
    let refused = Target.allCases.map { row.applies($0) ? "UA" : nil }
    func isNobody(_ caller: Caller) -> Bool { caller == .anonymous || caller == .expired }
    let isAsExpected = Caller.allCases.allSatisfy { caller in
      found[caller] == row.outcomes[caller] ?? (isNobody(caller) ? refused : nil)
    }
    if isAsExpected { return }
    let shown = found.filter { !(isNobody($0.key) && $0.value == refused) }
    Issue.record("the table says otherwise; found was\n\(row.text(shown))")
  }
}

/// Makes the calls of the matrix.
private struct PolicyTrial {
  private let fixture: PolicyFixture

  init(_ fixture: PolicyFixture) {
    self.fixture = fixture
  }

  /// For what changes people, which must not meet anybody else.
  static func alone(
    _ row: PolicyMatrix.Row,
    _ caller: PolicyMatrix.Caller
  ) async throws -> [PolicyMatrix.Target: Outcome] {
    let kept = Mutex<[PolicyMatrix.Target: Outcome]>([:])
    try await Clinic.with { clinic in
      let outcomes = try await PolicyTrial(PolicyFixture(clinic)).outcomes(of: row, caller)
      kept.withLock { $0 = outcomes }
    }
    return kept.withLock { $0 }
  }

  func outcomes(
    of row: PolicyMatrix.Row,
    _ caller: PolicyMatrix.Caller
  ) async throws -> [PolicyMatrix.Target: Outcome] {
    let signature = try #require(
      WardlineServices.signatures.first { $0.method.fullName == "wardline.v1.\(row.method)" }
    )
    var outcomes: [PolicyMatrix.Target: Outcome] = [:]
    for target in PolicyMatrix.Target.allCases where row.applies(target) {
      let changes = signature.method.idempotency != .noSideEffects
      let place = row.namesPlace ? try await fixture.place(target, isNew: changes) : nil
      let json = fixture.request(row.request, place, target, as: caller)
      let payload = ByteBuffer(bytes: try signature.input.encode(json: json))
      outcomes[target] = try await call(
        caller,
        signature.method,
        payload,
        attachment: place?.attachment ?? ""
      )
    }
    return outcomes
  }

  private func call(
    _ caller: PolicyMatrix.Caller,
    _ method: MethodDescriptor,
    _ payload: ByteBuffer,
    attachment: String
  ) async throws -> Outcome {
    let connection = try #require(fixture.callers[caller]).connection
    do {
      if method.kind == .unary {
        let answer = try await connection.call(method, payload, CallOptions())
        return Outcome(status: "OK", message: "", answer: answer)
      } else if method.kind == .clientStreaming {
        let upload = UploadAttachmentRequest(attachmentID: attachment)
        _ = try await AttachmentsClient(connection).upload { try await $0.write(upload) }
      } else {
        _ = try await connection.stream(method, payload, CallOptions()).next()
      }
      return Outcome(status: "OK", message: "")
    } catch let error as RPCError {
      return Outcome(status: Self.letters[error.code] ?? "\(error.code)", message: error.message)
    }
  }

  private static let letters: [StatusCode: String] = [
    .notFound: "NF", .permissionDenied: "PD", .invalidArgument: "IA", .failedPrecondition: "FP",
    .unauthenticated: "UA", .alreadyExists: "AE", .outOfRange: "OR", .aborted: "AB",
  ]
}
