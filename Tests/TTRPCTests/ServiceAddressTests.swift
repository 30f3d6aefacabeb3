import TTRPC
import Testing

@Suite("Addresses as text")
struct ServiceAddressTests {
  static let good: [String: ServiceAddress] = [
    "127.0.0.1:7300": .tcp(host: "127.0.0.1", port: 7300),
    "[::1]:7300": .tcp(host: "::1", port: 7300),
    "tls://chat.clinic.example:7301": .tls(host: "chat.clinic.example", port: 7301),
    "tls://[2001:db8::1]:7301": .tls(host: "2001:db8::1", port: 7301),
    "unix:/run/wardline.sock": .unix(path: "/run/wardline.sock"),
  ]

  @Test("each is read and written alike", arguments: good.keys.sorted())
  func roundTrip(text: String) {
    #expect(ServiceAddress(text) == Self.good[text])
    #expect(ServiceAddress(text)?.description == text)
  }

  @Test(
    "anything else is none, above all what could be taken for plain text",
    arguments: [
      "", ":1", "host", "host:", "host:65536", "host:-1", "unix:", "tls://host", "tls:host:1",
      "TLS://host:1", "http://host:1", "tls://", "tls://host:1/", "host:1/path",
    ]
  )
  func refused(text: String) {
    #expect(ServiceAddress(text) == nil)
  }
}
