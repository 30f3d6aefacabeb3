/// Binds the columns of a row one after the other, and behind them the checksum of them all.
struct CheckedBinding {
  private let statement: BoundStatement
  private var index: Int32 = 0
  private var checksum: RowChecksum

  /// - Parameter count: bytes that the texts will take.
  init(_ statement: BoundStatement, reserving count: Int = 128) {
    self.statement = statement
    checksum = RowChecksum(reserving: count)
  }

  mutating func bind(_ value: Int64?) {
    index += 1
    statement.bind(value, at: index)
    if let value { checksum.append(value) } else { checksum.appendNull() }
  }

  mutating func bind(_ text: String?) {
    index += 1
    statement.bind(text, at: index)
    guard var text else { return checksum.appendNull() }
    text.withUTF8 { checksum.append(UnsafeRawBufferPointer($0)) }
  }

  mutating func bindChecksum() {
    index += 1
    statement.bind(checksum.value, at: index)
  }
}
