import ChatModel
import Foundation
import GRDB

/// A stored value that no part of the program can have written.
struct DamagedRow: Error {}

/// Reads the columns of a row one after the other, in the order in which the query names them.
///
/// Unlike GRDB's own conversions it throws instead of trapping: the file may be damaged.
struct StoredRow {
  private let row: Row
  private var column = 0

  init(_ row: Row) { self.row = row }

  mutating func optionalInt64() throws -> Int64? {
    let value = next()
    if value.isNull { return nil }
    guard let number = Int64.fromDatabaseValue(value) else { throw DamagedRow() }
    return number
  }

  mutating func optionalString() throws -> String? {
    let value = next()
    if value.isNull { return nil }
    guard let text = String.fromDatabaseValue(value) else { throw DamagedRow() }
    return text
  }

  mutating func data() throws -> Data {
    guard let data = Data.fromDatabaseValue(next()) else { throw DamagedRow() }
    return data
  }

  mutating func optionalData() throws -> Data? {
    let value = next()
    if value.isNull { return nil }
    guard let data = Data.fromDatabaseValue(value) else { throw DamagedRow() }
    return data
  }

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

  mutating func bytes() throws -> [UInt8] {
    guard let data = Data.fromDatabaseValue(next()) else { throw DamagedRow() }
    return Array(data)
  }

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

  private mutating func next() -> DatabaseValue {
    defer { column += 1 }
    return column < row.count ? row[column] : .null
  }

  private func require<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw DamagedRow() }
    return value
  }
}
