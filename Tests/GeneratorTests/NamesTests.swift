import Testing

@testable import protoc_gen_swift_ttrpc

@Suite("Names")
struct NamesTests {
  @Test(
    "properties are camel case with acronyms",
    arguments: [
      ("conversation_id", "conversationID"), ("id", "id"), ("attachment_url", "attachmentURL"),
      ("user_ids", "userIDs"), ("URL", "url"), ("HTTPHost", "httpHost"), ("CamelName", "camelName"),
      ("class", "`class`"), ("self", "self_"), ("a__b", "aB"), ("x2_y", "x2Y"), ("_3d", "_3d"),
    ]
  )
  func properties(proto: String, swift: String) {
    #expect(SwiftNames.property(proto) == swift)
  }

  @Test(
    "methods begin with a small letter",
    arguments: [("Send", "send"), ("WhoAmI", "whoAmI"), ("GetURL", "getURL"), ("get_it", "getIt")]
  )
  func methods(proto: String, swift: String) {
    #expect(SwiftNames.method(proto) == swift)
  }

  @Test(
    "C names are those of protoc-c",
    arguments: [
      ("a.b.C", "A__B__C", "a__b__c"),
      ("wardline.v1.SendRequest", "Wardline__V1__SendRequest", "wardline__v1__send_request"),
      ("my_pkg.HTTPThing", "MyPkg__HTTPThing", "my_pkg__httpthing"),
      ("Plain", "Plain", "plain"),
    ]
  )
  func cNames(proto: String, structure: String, function: String) {
    #expect(CNames.structure(proto) == structure)
    #expect(CNames.function(proto) == function)
  }
}
