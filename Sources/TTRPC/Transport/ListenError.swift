/// Why a server cannot listen on an address, in words for whoever chose the address.
public struct ListenError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
