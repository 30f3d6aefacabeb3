import Hummingbird
import ProtobufC

/// The table of routes as a document of OpenAPI 3.1.
struct OpenAPIDocument {
  private let routes: [Route]
  private var text = JSONText(isPretty: false)

  /// The document of some routes.
  static func json(of routes: [Route]) -> String {
    var document = OpenAPIDocument(routes.filter(\.isDescribed))
    document.write()
    return document.text.text
  }

  private init(_ routes: [Route]) {
    self.routes = routes
  }

  private mutating func write() {
    text.open("{")
    text.member("openapi")
    text.string("3.1.0")
    text.member("info")
    text.open("{")
    text.member("title")
    text.string("Wardline")
    text.member("version")
    text.string("1")
    text.member("description")
    text.string(
      "Chat for healthcare. Live events are not described here, for they come as long as one "
        + "listens: GET /api/events, /api/events/stream, /api/events/socket."
    )
    text.close("}")
    text.member("paths")
    writePaths()
    text.member("components")
    text.open("{")
    text.member("securitySchemes")
    text.raw(#"{"token":{"type":"http","scheme":"bearer","bearerFormat":"JWT"}}"#)
    text.member("schemas")
    writeSchemas()
    text.close("}")
    text.close("}")
  }

  private mutating func writePaths() {
    var templates: [String] = []
    for route in routes where !templates.contains(route.path.template) {
      templates.append(route.path.template)
    }
    text.open("{")
    for template in templates {
      text.member(template)
      text.open("{")
      for route in routes where route.path.template == template {
        text.member(route.verb.rawValue.lowercased())
        OpenAPIOperation(route).write(into: &text)
      }
      text.close("}")
    }
    text.close("}")
  }

  /// Everything that a route answers, and everything within it.
  private mutating func writeSchemas() {
    var schemas = ObjectCatalog.schemas
    for success in routes.flatMap(\.successes) {
      if let (name, schema) = success.schema { schemas[name] = schema }
    }
    text.open("{")
    for (name, schema) in schemas.sorted(by: { $0.key < $1.key }) {
      text.member(name)
      schema.write(into: &text)
    }
    text.member("Problem")
    Problem.schema.write(into: &text)
    text.close("}")
  }
}

/// The things that others refer to by name.
enum ObjectCatalog {
  static let schemas: [String: JSONSchema] = {
    var schemas: [String: JSONSchema] = [:]
    func add<Value>(_ shape: ObjectShape<Value>) { schemas[shape.name] = shape.schema }
    add(Shapes.sender)
    add(Shapes.messageReference)
    add(Shapes.reaction)
    add(Shapes.message)
    add(Shapes.messageVersion)
    add(Shapes.highlight)
    add(Shapes.messageHit)
    add(Shapes.receipt)
    add(Shapes.presence)
    add(Shapes.participant)
    add(Shapes.conversation)
    add(Shapes.user)
    add(Shapes.careAssignment)
    add(Shapes.carePatient)
    add(Shapes.attachment)
    return schemas
  }()
}

extension Problem {
  static let schema = JSONSchema.object([
    JSONSchema.Member(name: "type", schema: .text),
    JSONSchema.Member(name: "title", schema: .text),
    JSONSchema.Member(name: "status", schema: .integer(400...599)),
    JSONSchema.Member(name: "code", schema: .text),
    JSONSchema.Member(name: "detail", schema: .text),
    JSONSchema.Member(name: "field", schema: .text, isRequired: false),
  ])
}
