import Hummingbird
import ProtobufC

extension Routes {
  /// What is said of the routes themselves. They are not among those that are described.
  static let description: [Route] = [
    Route(
      verb: .get,
      path: "/api/chat/_routes",
      summary: "The routes that there are",
      access: .anybody,
      successes: [Route.Success(status: .ok, type: "application/json")]
    ) { _ in Answer(status: .ok, body: .json(list)) },
    Route(
      verb: .get,
      path: "/openapi.json",
      summary: "The routes as a document of OpenAPI",
      access: .anybody,
      successes: [Route.Success(status: .ok, type: "application/json")]
    ) { _ in Answer(status: .ok, body: .json(document)) },
  ]

  private static let document = OpenAPIDocument.json(of: all)

  private static let list: String = {
    var text = JSONText(isPretty: false)
    text.open("{")
    text.member("routes")
    text.open("[")
    for route in all + description {
      text.element()
      text.open("{")
      text.member("verb")
      text.string(route.verb.rawValue)
      text.member("path")
      text.string(route.path.text)
      text.member("summary")
      text.string(route.summary)
      text.close("}")
    }
    text.close("]")
    text.close("}")
    return text.text
  }()
}
