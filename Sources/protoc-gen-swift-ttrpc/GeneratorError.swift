/// Why nothing is generated, in words for the author of the .proto.
struct GeneratorError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
