/// Something whose instructions are counted.
struct InstructionCase: Sendable {
  let name: String
  /// What one operation is.
  let what: String
  /// Makes everything ready and gives the work: it does the operation so many times and returns a
  /// number that depends on the results, so that no compiler leaves the work out.
  let prepare: @Sendable () throws -> (_ count: Int) throws -> Int

  static let all: [InstructionCase] = wire + calls + [fanOut]
}
