import ProbeAPI
import ProtobufC
import Testing
import WardlineAPI

@Suite("JSON")
struct JSONTests {
  @Test(
    "every kind of field survives the way through JSON, pretty or not",
    arguments: [true, false]
  )
  func roundTrips(pretty: Bool) throws {
    func check<M: ProtobufMessage>(_ message: M) throws {
      #expect(try M(json: message.jsonString(pretty: pretty)) == message)
    }
    try check(FullSamples.scalars)
    try check(FullSamples.repeats)
    try check(FullSamples.maps)
    try check(FullSamples.choices)
    try check(FullSamples.record)
    try check(Presence(count: 0, name: "", colour: .unspecified, inner: .init(), data: []))
    try check(Empty())
  }

  @Test("fields have the form of proto3's JSON mapping")
  func mapping() throws {
    let message = Message(
      conversationID: "c",
      sequence: 9_007_199_254_740_993,
      messageType: .text,
      isRead: true
    )
    #expect(
      try message.jsonString() == """
        {"conversationId":"c","sequence":"9007199254740993",\
        "messageType":"MESSAGE_TYPE_TEXT","isRead":true}
        """
    )
    #expect(
      try Scalars(aDouble: .infinity, aFloat: 1.5, anInt32: -1, aBytes: [0xfb, 0xff])
        .jsonString() == #"{"aDouble":"Infinity","aFloat":1.5,"anInt32":-1,"aBytes":"+/8="}"#
    )
    #expect(
      try Maps(labels: ["b": "2", "a": "1"], byTruth: [true: 1]).jsonString()
        == #"{"labels":{"a":"1","b":"2"},"byTruth":{"true":1.0}}"#
    )
    #expect(
      try Scalars(aString: "a\"\\\n\u{1}\u{2028}").jsonString()
        == #"{"aString":"a\"\\\n\u0001\u2028"}"#
    )
    #expect(
      try Outer(inners: [.init(), .init(deepest: .init(label: "x"))]).jsonString(pretty: true)
        == """
        {
          "inners": [
            {},
            {
              "deepest": {
                "label": "x"
              }
            }
          ]
        }
        """
    )
  }

  @Test("of two pairs of a map with one key the later one is printed, and pairs by their keys")
  func mapKeys() throws {
    let bytes = try [["b": "1"], ["a": "2"], ["b": "3"]].flatMap { try Maps(labels: $0).encoded() }
    let json = try Maps.descriptor.json(from: bytes.span.bytes)
    #expect(json == #"{"labels":{"a":"2","b":"3"}}"#)
  }

  @Test("names as in the .proto, numbers as strings and either base64 are read too")
  func lenient() throws {
    #expect(
      try Message(json: #"{"conversation_id": "c", "sequence": 5, "messageType": 2}"#)
        == Message(conversationID: "c", sequence: 5, messageType: .file)
    )
    #expect(
      try Scalars(json: #"{"anInt32": "7", "aUint64": 18446744073709551615, "aBytes": "-_8"}"#)
        == Scalars(anInt32: 7, aUint64: .max, aBytes: [0xfb, 0xff])
    )
    #expect(
      try Scalars(json: #"{"aDouble": "-Infinity", "aString": null}"#)
        == Scalars(aDouble: -.infinity)
    )
    #expect(try Scalars(json: #"{"aDouble": "NaN"}"#).aDouble.isNaN)
    #expect(try Scalars(json: #"{"aColour": 77}"#) == Scalars(aColour: .unrecognized(77)))
  }

  @Test(
    "what does not fit is refused in words that name the field",
    arguments: [
      (#"{"anInt3": 1}"#, "anInt3"), (#"{"anInt32": 2147483648}"#, "an_int32"),
      (#"{"anInt32": 1.5}"#, "an_int32"), (#"{"aUint64": -1}"#, "a_uint64"),
      (#"{"aBool": 1}"#, "a_bool"), (#"{"aString": 1}"#, "a_string"),
      (#"{"aString": "a\u0000b"}"#, "a_string"), (#"{"aBytes": "***"}"#, "a_bytes"),
      (#"{"aColour": "GREEN"}"#, "COLOUR_RED"), ("[]", "Scalars"), ("{", "not JSON"),
    ]
  )
  func refused(json: String, named: String) {
    let error = #expect(throws: ProtobufJSONError.self) { try Scalars(json: json) }
    #expect(error?.description.contains(named) == true)
  }

  @Test("two members of one oneof are refused")
  func oneof() {
    #expect(throws: ProtobufJSONError.self) {
      try Choices(json: #"{"number": "1", "text": "a"}"#)
    }
    #expect(throws: ProtobufJSONError.self) { try Record(json: #"{"key": "k"}"#) }
  }

  @Test("an unknown field is answered with the known ones")
  func unknownField() {
    let error = #expect(throws: ProtobufJSONError.self) { try Sender(json: #"{"name": "x"}"#) }
    #expect(
      error?.description == """
        wardline.v1.Sender has no field name; it has senderId, userId, userType, displayName
        """
    )
  }
}
