/// How much memory decoding may take, in proportion to what came in.
///
/// protobuf-c needs up to sixty times the size of an input that was made for it; a budget stops it
/// before that, and decoding fails with `ProtobufDecodingError.Reason.budgetExceeded`.
public struct DecodingBudget: Sendable, Equatable {
  /// Bytes of memory for each byte of input. At least 0.
  public var perInputByte: Int
  /// Bytes of memory that every input may take. At least 0.
  public var fixedBytes: Int

  /// Four times the input and 64 KiB.
  public static var standard: DecodingBudget {
    DecodingBudget(perInputByte: 4, fixedBytes: 64 * 1024)
  }

  public init(perInputByte: Int, fixedBytes: Int) {
    self.perInputByte = perInputByte
    self.fixedBytes = fixedBytes
  }

  /// Makes this the budget of what is decoded on this thread without another one, from now on.
  package func useOnThisThread() {
    ThreadArena.current.setBudget(self)
  }

  /// The limit in bytes for an input of `count` bytes.
  package func limit(forInputOf count: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: perInputByte)
    let (sum, overflow2) = product.addingReportingOverflow(fixedBytes)
    return overflow || overflow2 ? .max : sum
  }
}
