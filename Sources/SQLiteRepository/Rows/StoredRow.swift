import ChatModel
import Foundation
import GRDB
import GRDBSQLite

/// A stored value that no part of the program can have written.
struct DamagedRow: Error {}

/// Reads the columns of a row one after the other, in the order in which the query names them.
///
/// It throws where a value is of another type than asked for: the file may be damaged.
struct StoredRow {
  let statement: SQLiteStatement
  private var column: Int32 = 0
  /// Of what was read since it was begun.
  private var checksum: RowChecksum?

  /// - Parameter statement: it stands at a row, and does not go on while that is read.
  init(_ statement: SQLiteStatement) { self.statement = statement }

  mutating func optionalInt64() throws -> Int64? {
    guard let column = try next(SQLITE_INTEGER) else { return nil }
    let value = sqlite3_column_int64(statement, column)
    checksum?.append(value)
    return value
  }

  mutating func optionalString() throws -> String? {
    guard let column = try next(SQLITE_TEXT) else { return nil }
    guard let start = sqlite3_column_text(statement, column) else { throw DamagedRow() }
    let count = Int(sqlite3_column_bytes(statement, column))
    let text = UnsafeBufferPointer(start: start, count: count)
    checksum?.append(UnsafeRawBufferPointer(text))
    return String(decoding: text, as: UTF8.self)
  }

  mutating func optionalData() throws -> Data? {
    guard let column = try next(SQLITE_BLOB) else { return nil }
    // An empty one has no address.
    guard let start = sqlite3_column_blob(statement, column) else { return Data() }
    return Data(bytes: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  mutating func data() throws -> Data { try require(optionalData()) }

  mutating func optionalAttachmentID() throws -> AttachmentID? {
    try optionalString().map { try require(AttachmentID($0)) }
  }

  mutating func int64() throws -> Int64 { try require(optionalInt64()) }

  mutating func int() throws -> Int { try require(Int(exactly: int64())) }

  mutating func bool() throws -> Bool { try int64() != 0 }

  mutating func string() throws -> String { try require(optionalString()) }

  mutating func timestamp() throws -> Timestamp { Timestamp(milliseconds: try int64()) }

  mutating func optionalTimestamp() throws -> Timestamp? {
    try optionalInt64().map(Timestamp.init(milliseconds:))
  }

  mutating func value<Value: RawRepresentable>(
    _: Value.Type = Value.self
  ) throws -> Value where Value.RawValue == String {
    try require(Value(rawValue: string()))
  }

  mutating func optionalValue<Value: RawRepresentable>(
    _: Value.Type = Value.self
  ) throws -> Value? where Value.RawValue == String {
    guard let text = try optionalString() else { return nil }
    return try require(Value(rawValue: text))
  }

  mutating func optionalUserID() throws -> UserID? {
    try optionalString().map { try require(UserID($0)) }
  }

  mutating func bytes() throws -> [UInt8] { Array(try data()) }

  mutating func userID() throws -> UserID { try require(UserID(string())) }

  mutating func conversationID() throws -> ConversationID {
    try require(ConversationID(rawValue: int64()))
  }

  mutating func participantID() throws -> ParticipantID {
    try require(ParticipantID(rawValue: int64()))
  }

  mutating func sequence() throws -> MessageSequence {
    try require(MessageSequence(rawValue: int64()))
  }

  mutating func position() throws -> EventPosition {
    try require(EventPosition(rawValue: int64()))
  }

  /// Begins to compute the checksum of the columns that are read from here on: integers, texts and
  /// NULL.
  mutating func beginChecksum() { checksum = RowChecksum() }

  /// Compares the columns that were read since `beginChecksum` with the checksum in the next one.
  ///
  /// - Throws: `DamagedRow` when they are not what was written.
  mutating func endChecksum() throws {
    let found = checksum?.value
    checksum = nil
    guard let found, try optionalInt64() == found else { throw DamagedRow() }
  }

  /// The next column, which must hold a value of that type; nil if it holds none.
  private mutating func next(_ type: Int32) throws -> Int32? {
    defer { column += 1 }
    // A column that is not there is NULL.
    let found = sqlite3_column_type(statement, column)
    if found == SQLITE_NULL {
      checksum?.appendNull()
      return nil
    }
    guard found == type else { throw DamagedRow() }
    return column
  }

  private func require<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw DamagedRow() }
    return value
  }
}
