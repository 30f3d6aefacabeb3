import ChatModel
import ProtobufC

/// How a thing is written as an object of JSON: its fields in order. The same list makes the
/// description of the thing in the OpenAPI document.
struct ObjectShape<Value: Sendable>: Sendable {
  /// What reads a field takes the thing as `inout` and changes nothing: as a value it would be copied,
  /// with all its fields, for each of them.
  struct Field: Sendable {
    let name: String
    let schema: JSONSchema
    let write: @Sendable (inout Value, inout JSONText) -> Void
  }

  /// What the document calls it.
  let name: String
  let fields: [Field]
  /// What writing needs of a field.
  private struct Writer {
    let name: JSONText.Name
    let write: @Sendable (inout Value, inout JSONText) -> Void
  }

  private let writers: [Writer]

  init(_ name: String, _ fields: [Field]) {
    self.name = name
    self.fields = fields
    writers = fields.map { Writer(name: JSONText.Name($0.name), write: $0.write) }
  }

  func write(_ value: Value, into text: inout JSONText) {
    var value = value
    write(&value, into: &text)
  }

  fileprivate func write(_ value: inout Value, into text: inout JSONText) {
    text.open("{")
    for writer in writers {
      text.member(writer.name)
      writer.write(&value, &text)
    }
    text.close("}")
  }

  func json(_ value: Value) -> String {
    var text = JSONText(isPretty: false)
    write(value, into: &text)
    return text.text
  }

  var schema: JSONSchema {
    .object(fields.map { JSONSchema.Member(name: $0.name, schema: $0.schema) })
  }
}

extension ObjectShape.Field {
  static func text(_ name: String, _ value: @escaping @Sendable (inout Value) -> String) -> Self {
    Self(name: name, schema: .text) { $1.string(value(&$0)) }
  }

  /// Null where the text is empty.
  static func optionalText(
    _ name: String,
    _ value: @escaping @Sendable (inout Value) -> String
  ) -> Self {
    Self(name: name, schema: .nullable(.text)) { thing, text in
      let string = value(&thing)
      if string.isEmpty { text.null() } else { text.string(string) }
    }
  }

  static func integer(_ name: String, _ value: @escaping @Sendable (inout Value) -> Int64) -> Self {
    Self(name: name, schema: .count) { $1.raw(String(value(&$0))) }
  }

  static func number(_ name: String, _ value: @escaping @Sendable (inout Value) -> Double) -> Self {
    Self(name: name, schema: .number) { $1.raw(String(value(&$0))) }
  }

  static func flag(_ name: String, _ value: @escaping @Sendable (inout Value) -> Bool) -> Self {
    Self(name: name, schema: .boolean) { $1.boolean(value(&$0)) }
  }

  /// Milliseconds; 0 is null.
  static func time(_ name: String, _ value: @escaping @Sendable (inout Value) -> Int64) -> Self {
    Self(name: name, schema: .nullable(.time)) { thing, text in
      let milliseconds = value(&thing)
      guard milliseconds != 0 else { return text.null() }
      // Later than any date that can be written: for ever.
      let shown = min(milliseconds, Self.lastMillisecond)
      text.string(Timestamp(milliseconds: shown).description)
    }
  }

  static func word<Word: WireWord>(
    _ name: String,
    _ value: @escaping @Sendable (inout Value) -> Word
  ) -> Self {
    // Made once: a name takes longer to find than all the rest of a field. They are few: they are gone
    // through sooner than a hash is made.
    let words = Word.allCases.compactMap { value in value.word.map { (value: value, word: $0) } }
    return Self(name: name, schema: .nullable(.words(Word.words))) { thing, text in
      let given = value(&thing)
      let word = words.first { $0.value == given }?.word
      if let word { text.string(word) } else { text.null() }
    }
  }

  static func texts(_ name: String, _ value: @escaping @Sendable (inout Value) -> [String]) -> Self
  {
    Self(name: name, schema: .texts) { thing, text in
      text.open("[")
      for string in value(&thing) {
        text.element()
        text.string(string)
      }
      text.close("]")
    }
  }

  static func object<Inner>(
    _ name: String,
    _ shape: ObjectShape<Inner>,
    _ value: @escaping @Sendable (inout Value) -> Inner?
  ) -> Self {
    Self(name: name, schema: .nullable(.reference(shape.name))) { thing, text in
      if var inner = value(&thing) { shape.write(&inner, into: &text) } else { text.null() }
    }
  }

  static func list<Inner>(
    _ name: String,
    _ shape: ObjectShape<Inner>,
    _ value: @escaping @Sendable (inout Value) -> [Inner]
  ) -> Self {
    Self(name: name, schema: .list(.reference(shape.name))) { thing, text in
      text.open("[")
      for var inner in value(&thing) {
        text.element()
        shape.write(&inner, into: &text)
      }
      text.close("]")
    }
  }

  /// 9999-12-31T23:59:59.999Z.
  private static var lastMillisecond: Int64 { 253_402_300_799_999 }
}
