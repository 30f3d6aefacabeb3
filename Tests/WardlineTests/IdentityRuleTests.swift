import ChatModel
import NIOCore
import NIOEmbedded
import RPC
import Testing

@testable import wardline

@Suite("Identities of certificates and Unix users")
struct IdentityRuleTests {
  private static let certificate = PeerCertificate(
    uris: ["spiffe://clinic/lab", "x:a=b"],
    dnsNames: ["lab.clinic.example"],
    commonName: "Lab 1",
    notAfter: 0
  )

  private func context(
    _ certificate: PeerCertificate? = nil,
    _ credentials: PeerCredentials? = nil
  ) -> ConnectionContext {
    ConnectionContext(
      eventLoop: EmbeddedEventLoop(),
      remoteAddress: "",
      certificate: certificate,
      peerCredentials: credentials
    )
  }

  @Test(
    "is found by each name of a certificate, letter by letter",
    arguments: [
      ("uri:spiffe://clinic/lab", true), ("uri:x:a=b", true), ("uri:spiffe://clinic/la", false),
      ("uri:spiffe://CLINIC/lab", false), ("dns:lab.clinic.example", true),
      ("dns:LAB.clinic.example", true), ("dns:*.clinic.example", false), ("cn:Lab 1", true),
      ("cn:lab 1", false), ("uid:0", false),
    ]
  )
  func certificates(proof: String, isFound: Bool) throws {
    let rule = try IdentityRule("\(proof)=lab:service")
    #expect(rule.matches(context(Self.certificate)) == isFound)
    #expect(!rule.matches(context()))
    #expect(rule.userID.rawValue == "lab")
    #expect(rule.role == .service)
  }

  @Test("is found by the user of a process")
  func users() throws {
    let rule = try IdentityRule("uid:1000=clinic-admin:admin")
    let credentials = PeerCredentials(processID: 1, userID: 1000, groupID: 1000)
    #expect(rule.matches(context(nil, credentials)))
    var other = credentials
    other.userID = 1001
    #expect(!rule.matches(context(nil, other)))
    #expect(!rule.matches(context(Self.certificate)))
  }

  @Test(
    "is refused when a part is wrong",
    arguments: [
      "", "uri:a", "a=b:admin", "uri:=lab:service", "mail:a@b=lab:service", "uid:-1=lab:service",
      "uid:x=lab:service", "uri:a=lab", "uri:a=lab:king", "uri:a=:admin", "uri:a=l b:admin",
      "uri:a=lab:admin:x",
    ]
  )
  func wrong(text: String) {
    #expect(throws: SettingError.self) { try IdentityRule(text) }
  }
}
