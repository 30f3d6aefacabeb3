import NIOCore
import ProbeAPI
import ProtobufC
import ProtobufSchema
import RPC
import Testing

/// The schema of the probe's messages, which has every kind of field.
private func probe() throws -> Schema {
  Schema(try SchemaCatalog(generated: [.probe]))
}

private let everything = [
  (
    "Scalars",
    """
    {"aDouble":-0.5,"aFloat":1.5,"anInt32":-2147483648,"anInt64":"-9223372036854775808",\
    "aUint32":4294967295,"aUint64":"18446744073709551615","aSint32":-7,"aSint64":"-8","aFixed32":9,\
    "aFixed64":"10","aSfixed32":-11,"aSfixed64":"-12","aBool":true,"aString":"ü\\"\\n",\
    "aBytes":"+/8=","aColour":"COLOUR_BELOW"}
    """
  ),
  (
    "Repeats",
    """
    {"doubles":[0.0,1.5],"int32s":[-1,0,1],"uint64s":["0","1"],"sint64s":["-1"],\
    "fixed32s":[1,2],"sfixed64s":["-3"],"bools":[true,false],"strings":["","a"],\
    "byteStrings":["","AQ=="],"colours":["COLOUR_RED",77],"messages":[{},{"anInt32":1}],\
    "unpacked":[5,0]}
    """
  ),
  (
    "Maps",
    """
    {"labels":{"":"","a":"1"},"inners":{"-1":{"deepest":{"label":"x"}}},\
    "byTruth":{"false":0.0,"true":1.0},"blobs":{"7":"AQ=="},"colours":{"-5":"COLOUR_RED"},\
    "modes":{"m":"MODE_ON"},"flags":{"3":true}}
    """
  ),
  ("Choices", #"{"number":"0","left":"","imported":{}}"#),
  ("Presence", #"{"count":0,"name":"","colour":"COLOUR_UNSPECIFIED","inner":{},"data":""}"#),
  ("Empty", "{}"),
]

@Suite("JSON by a schema")
struct SchemaJSONTests {
  @Test("every kind of field survives the way to the wire and back", arguments: everything)
  func roundTrip(type: String, json: String) throws {
    let schema = try probe()
    let bytes = try schema.encode(json: json, as: "probe.lab.v2.\(type)")
    #expect(try schema.json(from: bytes, as: "probe.lab.v2.\(type)") == json)
  }

  @Test("what it writes and prints is what generated messages write and print")
  func agrees() throws {
    let schema = try probe()
    func check<M: ProtobufMessage & RPCMessage>(
      _ type: M.Type,
      _ name: String,
      _ json: String
    ) throws {
      let name = "probe.lab.v2.\(name)"
      let message = try M(json: json)
      var buffer = ByteBuffer()
      try message.encode(into: &buffer)
      #expect(try schema.json(from: Array(buffer.readableBytesView), as: name) == json)
      let bytes = try schema.encode(json: json, as: name)
      #expect(try M(decoding: bytes.span.bytes) == message)
    }
    for (name, json) in everything {
      switch name {
      case "Scalars": try check(Scalars.self, name, json)
      case "Repeats": try check(Repeats.self, name, json)
      case "Choices": try check(Choices.self, name, json)
      case "Presence": try check(Presence.self, name, json)
      default: break
      }
    }
  }

  @Test("names as in the .proto, numbers as strings and zeros are read, zeros are not sent")
  func lenient() throws {
    let schema = try probe()
    let bytes = try schema.encode(
      json: #"{"an_int32": "7", "aString": "", "aBool": false, "aDouble": 0, "aBytes": null}"#,
      as: "probe.lab.v2.Scalars"
    )
    #expect(bytes == [0x18, 7])
  }

  @Test(
    "what does not fit is refused in words that name the field",
    arguments: [
      (#"{"anInt3": 1}"#, "it has aDouble"), (#"{"anInt32": 2147483648}"#, "an_int32"),
      (#"{"anInt32": 1.5}"#, "an_int32"), (#"{"aUint64": -1}"#, "a_uint64"),
      (#"{"aBool": 1}"#, "a_bool"), (#"{"aString": 1}"#, "a_string"),
      (#"{"aBytes": "***"}"#, "a_bytes"), (#"{"aColour": "GREEN"}"#, "COLOUR_RED"),
      ("[]", "Scalars"), ("{", "not JSON"),
    ]
  )
  func refused(json: String, named: String) throws {
    let schema = try probe()
    let error = #expect(throws: ProtobufJSONError.self) {
      try schema.encode(json: json, as: "probe.lab.v2.Scalars")
    }
    #expect(error?.description.contains(named) == true)
    #expect(throws: ProtobufJSONError.self) { try schema.encode(json: "{}", as: "no.Such") }
    #expect(throws: ProtobufJSONError.self) {
      try schema.encode(json: #"{"number": 1, "text": "x"}"#, as: "probe.lab.v2.Choices")
    }
  }

  @Test("unknown fields are left out, of a oneof the last counts, messages in pieces are joined")
  func wire() throws {
    let schema = try probe()
    let choices = "probe.lab.v2.Choices"
    #expect(try schema.json(from: [0x08, 5, 0x12, 1, 0x61], as: choices) == #"{"text":"a"}"#)
    let unknown: [UInt8] = [0xf8, 0x3f, 1, 0xfb, 0x3f, 0x08, 1, 0xfc, 0x3f, 0x08, 5]
    #expect(try schema.json(from: unknown, as: choices) == #"{"number":"5"}"#)
    let pieces: [UInt8] = [0x0a, 4, 0x0a, 2, 0x0a, 0] + [0x0a, 5, 0x0a, 3, 0x0a, 1, 0x78]
    #expect(
      try schema.json(from: pieces, as: "probe.lab.v2.Outer")
        == #"{"inner":{"deepest":{"label":"x"}}}"#
    )
    let unpacked: [UInt8] = [0x18, 1, 0x18, 2, 0x1a, 2, 3, 4]
    #expect(
      try schema.json(from: unpacked, as: "probe.lab.v2.Repeats") == #"{"int32s":[1,2,3,4]}"#
    )
  }

  @Test(
    "bytes that are no message are refused, however they are cut",
    arguments: [
      [0x08], [0x0a, 5, 0x61], [0x00, 1], [0x0c], [0x0b, 0x08, 1], [0x08, 0xff, 0xff],
      [0x0d, 1, 2], [0x72, 1, 0xff], Array(repeating: 0x0b, count: 5000),
    ] as [[UInt8]]
  )
  func malformed(bytes: [UInt8]) throws {
    let schema = try probe()
    #expect(throws: ProtobufDecodingError.self) {
      try schema.json(from: bytes, as: "probe.lab.v2.Scalars")
    }
  }

  @Test("every prefix of a message either prints or is refused")
  func prefixes() throws {
    let schema = try probe()
    for (type, json) in everything {
      let bytes = try schema.encode(json: json, as: "probe.lab.v2.\(type)")
      for length in 0...bytes.count {
        _ = try? schema.json(from: Array(bytes.prefix(length)), as: "probe.lab.v2.\(type)")
      }
    }
  }
}
