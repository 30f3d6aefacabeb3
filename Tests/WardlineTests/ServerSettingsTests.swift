import ChatModel
import Foundation
import ServerProcess
import TTRPC
import Testing

@testable import wardline

@Suite("The settings of a server")
struct ServerSettingsTests {
  /// Settings from the command line, the environment and a file.
  private func settings(
    _ overrides: ServerSettings.Overrides = .init(),
    environment: [String: String] = [:],
    file: String? = nil
  ) async throws -> ServerSettings {
    let folder = try TemporaryFolder()
    var overrides = overrides
    overrides.isDevelopment = true
    if let file { try Data(file.utf8).write(to: folder.url.appending(path: "config.json")) }
    return try await ServerSettings(
      overrides,
      file: file == nil ? nil : folder.path("config.json"),
      environment: environment
    )
  }

  private func refusal(
    _ overrides: ServerSettings.Overrides = .init(),
    environment: [String: String] = [:],
    file: String? = nil
  ) async throws -> String {
    let error = await #expect(throws: SettingError.self) {
      try await settings(overrides, environment: environment, file: file)
    }
    return error?.description ?? ""
  }

  // MARK: Limits of the chat

  @Test("a limit of the chat is read from each place, the command line first")
  func chatLimits() async throws {
    let file = #"{"chat": {"content-bytes": 100, "title-bytes": 50, "versions": 3}}"#
    let environment = ["WARDLINE_CHAT_TITLE_BYTES": "60", "WARDLINE_CHAT_VERSIONS": "4"]
    var overrides = ServerSettings.Overrides()
    overrides.chatLimits = ["versions=5"]
    let read = try await settings(overrides, environment: environment, file: file)
    #expect(read.chatLimits.contentBytesMax == 100)
    #expect(read.chatLimits.titleBytesMax == 60)
    #expect(read.chatLimits.versionsMax == 5)
    #expect(try await refusal(file: #"{"chat": {"contents": 1}}"#).contains("contents"))
    overrides.chatLimits = ["versions=0"]
    #expect(try await refusal(overrides).contains("from 1 to 10000"))
  }

  // MARK: Limits

  @Test("every limit is read from each place", arguments: ServerLimit.allCases)
  func everyLimit(limit: ServerLimit) async throws {
    let value = ServerConfiguration.range(of: limit).lowerBound + 1
    let name = limit.rawValue
    let variable = "WARDLINE_LIMITS_" + name.uppercased().replacing("-", with: "_")
    #expect(try await settings(.init(limits: ["\(name)=\(value)"])).limits[limit] == value)
    #expect(try await settings(environment: [variable: "\(value)"]).limits[limit] == value)
    let file = #"{"limits": {"\#(name)": \#(value)}}"#
    #expect(try await settings(file: file).limits[limit] == value)
    #expect(try await settings().limits[limit] == ServerConfiguration()[limit])
  }

  @Test("the ends of its range are taken, one beyond is refused", arguments: ServerLimit.allCases)
  func range(limit: ServerLimit) async throws {
    let range = ServerConfiguration.range(of: limit)
    for value in [range.lowerBound, range.upperBound] {
      let settings = try await settings(.init(limits: ["\(limit.rawValue)=\(value)"]))
      #expect(settings.limits[limit] == value)
    }
    for value in [range.lowerBound - 1, range.upperBound + 1] {
      let text = try await refusal(.init(limits: ["\(limit.rawValue)=\(value)"]))
      #expect(text.contains("limits.\(limit.rawValue)"))
      #expect(text.contains("from \(range.lowerBound) to \(range.upperBound)"))
    }
  }

  @Test("the command line comes first, then the environment, then the file")
  func order() async throws {
    let environment = ["WARDLINE_LIMITS_CONNECTIONS": "2"]
    let file = #"{"limits": {"connections": 3}}"#
    let overrides = ServerSettings.Overrides(limits: ["connections=1"])
    let all = try await settings(overrides, environment: environment, file: file)
    #expect(all.limits[.connections] == 1)
    let two = try await settings(environment: environment, file: file)
    #expect(two.limits[.connections] == 2)
  }

  @Test("a limit that is misspelt, or no number, is refused wherever it stands")
  func wrongLimits() async throws {
    #expect(try await refusal(.init(limits: ["conections=1"])).contains("no limit conections"))
    #expect(try await refusal(.init(limits: ["connections"])).contains("NAME=VALUE"))
    #expect(try await refusal(.init(limits: ["connections=many"])).contains("from 1 to"))
    for value in ["many", "1.5", ""] {
      let environment = ["WARDLINE_LIMITS_CONNECTIONS": value]
      #expect(try await refusal(environment: environment).contains("from 1 to"))
    }
    let misspelt = ["WARDLINE_LIMITS_CONECTIONS": "1"]
    #expect(try await refusal(environment: misspelt).contains("no limit conections"))
    #expect(try await refusal(file: #"{"limits": {"conections": 1}}"#).contains("conections"))
    let text = try await refusal(file: #"{"limits": {"connections": "many"}}"#)
    #expect(text.contains("from 1 to"))
  }

  @Test("connections of this machine count for their address when that is asked for")
  func includeLoopback() async throws {
    #expect(try await !settings().limits.perAddressLimitsIncludeLoopback)
    let said = try await settings(.init(limits: ["include-loopback=true"]))
    #expect(said.limits.perAddressLimitsIncludeLoopback)
    let file = try await settings(file: #"{"limits": {"include-loopback": true}}"#)
    #expect(file.limits.perAddressLimitsIncludeLoopback)
    #expect(try await refusal(.init(limits: ["include-loopback=2"])).contains("true or false"))
  }

  @Test("calls may go on for 30 seconds, or as long as is said")
  func drainGrace() async throws {
    #expect(try await settings().drainGrace == .seconds(30))
    #expect(try await settings(.init(drainGraceMilliseconds: 0)).drainGrace == .zero)
    let file = try await settings(file: #"{"drain": {"grace-ms": 1500}}"#)
    #expect(file.drainGrace == .milliseconds(1500))
    #expect(try await refusal(.init(drainGraceMilliseconds: -1)).contains("drain.grace-ms"))
    let environment = ["WARDLINE_DRAIN_GRACE_MS": "soon"]
    #expect(try await refusal(environment: environment).contains("drain.grace-ms"))
  }

  // MARK: Addresses and TLS

  @Test("a socket's file has mode 0600, or what is said in octal digits")
  func socketMode() async throws {
    #expect(try await settings().socketMode == 0o600)
    #expect(try await settings(.init(socketMode: "0660")).socketMode == 0o660)
    for text in ["0800", "rw", "-1", "01777"] {
      #expect(try await refusal(.init(socketMode: text)).contains("octal"))
    }
  }

  @Test("the admin address is none, or what is said, without TLS")
  func admin() async throws {
    #expect(try await settings().adminListen == nil)
    let said = try await settings(environment: ["WARDLINE_ADMIN_LISTEN": "127.0.0.1:9090"])
    #expect(said.adminListen == .tcp(host: "127.0.0.1", port: 9090))
    #expect(try await refusal(.init(adminListen: "tls://127.0.0.1:1")).contains("without TLS"))
  }

  @Test("an encrypted address and a certificate need each other")
  func certificate() async throws {
    let address = ["tls://127.0.0.1:0"]
    #expect(try await refusal(.init(listen: address)).contains("--tls-cert"))
    var overrides = ServerSettings.Overrides(tlsCertificate: "c", tlsKey: "k")
    #expect(try await refusal(overrides).contains("tls://HOST:PORT"))
    overrides.listen = address
    #expect(try await settings(overrides).tls == .init(certificateFile: "c", keyFile: "k"))
    overrides.tlsKey = nil
    #expect(try await refusal(overrides).contains("--tls-key"))
  }

  @Test("clients are asked for certificates once there is somebody who issues them")
  func clientCertificates() async throws {
    var overrides = ServerSettings.Overrides(
      listen: ["tls://127.0.0.1:0"],
      tlsCertificate: "c",
      tlsKey: "k"
    )
    #expect(
      try await settings(overrides).tls?.clientCertificates == ServerTLS.ClientCertificates.none
    )
    overrides.tlsClientCertificates = "require"
    #expect(try await refusal(overrides).contains("--tls-client-ca"))
    overrides.tlsClientCA = "ca"
    #expect(try await settings(overrides).tls?.clientCertificates == .require)
    overrides.tlsClientCertificates = nil
    #expect(try await settings(overrides).tls?.clientCertificates == .request)
    overrides.tlsClientCertificates = "maybe"
    #expect(try await refusal(overrides).contains("none, request or require"))
  }

  @Test("an identity that no connection could have is refused")
  func unusedIdentity() async throws {
    let uid = ServerSettings.Overrides(identities: ["uid:1=amara:patient"])
    #expect(try await refusal(uid).contains("no unix:PATH"))
    let uri = ServerSettings.Overrides(identities: ["uri:a:b=amara:patient"])
    #expect(try await refusal(uri).contains("not asked for certificates"))
  }
}
