import Testing

@testable import ProtobufC

@Suite("Texts of JSON")
struct JSONReaderTests {
  private func kind(_ text: String) -> String? {
    (try? JSONValue(parsing: text)).map(\.kind)
  }

  @Test(
    "what RFC 8259 calls a value is one",
    arguments: [
      ("null", "null"), (" true ", "a boolean"), ("false\n", "a boolean"), ("0", "a number"),
      ("-0", "a number"), ("1e999", "a number"), ("-1.5E-3", "a number"), ("{}", "an object"),
      ("[ ]", "an array"), ("\t[1 , 2]\r\n", "an array"), ("{\"\":{}}", "an object"),
      ("\"\"", "a string"), ("\"\u{7f} é 😀\"", "a string"),
    ]
  )
  func values(text: String, expected: String) {
    #expect(kind(text) == expected)
  }

  @Test(
    "what others might read in their own ways is none",
    arguments: [
      "", " ", "{", "[1,]", "{\"a\":1,}", "[,1]", "[1 2]", "{\"a\" 1}", "{a:1}", "{'a':1}", "{1:1}",
      "nul", "nulll", "True", "NaN", "Infinity", "+1", "01", "-", "1.", ".5", "1e", "1e+", "0x10",
      "\"a", "\"\u{1}\"", "\"\n\"", #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud800""#, #""\udc00""#,
      #""\ud800\u0041""#, #""\ud800x""#, "1 2", "{} {}", "// no\n1", "/**/1", "\u{feff}1",
      "{\"a\":1,\"a\":2}", #"{"a":1,"\u0061":2}"#, "{\"b\":{\"a\":1,\"a\":2}}", "\u{a0}1",
    ]
  )
  func malformed(text: String) {
    #expect(throws: ProtobufJSONError.self) { try JSONValue(parsing: text) }
  }

  @Test("escapes stand for what they name")
  func escapes() throws {
    let text = #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000""#
    guard case .string(let value) = try JSONValue(parsing: text) else {
      Issue.record("it is no string")
      return
    }
    #expect(value == "\"\\/\u{8}\u{C}\n\r\té😀\0")
  }

  @Test("whole numbers are exact, others as near as a Double comes")
  func numbers() throws {
    let text = "[9223372036854775807, -9223372036854775808, 18446744073709551615, 0.1, 1e2, -0]"
    guard case .array(let values) = try JSONValue(parsing: text) else {
      Issue.record("it is no array")
      return
    }
    #expect(values[0].integer(as: Int64.self) == .max)
    #expect(values[1].integer(as: Int64.self) == .min)
    #expect(values[2].integer(as: UInt64.self) == .max)
    #expect(values[3].double == 0.1)
    #expect(values[4].integer(as: Int.self) == 100)
    #expect(values[5].double?.sign == .minus)
  }

  @Test("a number that no Double is as large as has no value")
  func tooLarge() throws {
    let value = try JSONValue(parsing: "1e999")
    #expect(value.double == nil)
    #expect(value.integer(as: Int64.self) == nil)
  }

  @Test("values may lie in each other as deep as the limit")
  func depth() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(kind(nested(JSONReader.depthMax)) == "an array")
    #expect(kind(nested(JSONReader.depthMax + 1)) == nil)
    #expect(kind(nested(1_000_000)) == nil)
  }

  @Test("what is wrong is told with its place, and nothing of what stands there")
  func errors() {
    #expect(
      throws: ProtobufJSONError("this is not JSON: a name stands twice in an object, at byte 20")
    ) { try JSONValue(parsing: #"{"pulse":1,"pulse":2}"#) }
  }
}
