/// Why TLS cannot be set up with the files that were named. Never holds what is in a file.
public struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
