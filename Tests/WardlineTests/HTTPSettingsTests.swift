import Foundation
import NIOCore
import ServerProcess
import TTRPC
import Testing
import WardlineGateway

@testable import wardline

@Suite("The settings of the HTTP listener")
struct HTTPSettingsTests {
  private func settings(
    _ environment: [String: String] = [:],
    _ overrides: ServerSettings.Overrides = .init()
  ) async throws -> HTTPSettings {
    var overrides = overrides
    overrides.isDevelopment = true
    return try await ServerSettings(overrides, file: nil, environment: environment).http
  }

  private func refusal(_ environment: [String: String]) async throws -> String {
    let error = await #expect(throws: SettingError.self) { try await settings(environment) }
    return error?.description ?? ""
  }

  @Test("a development server speaks HTTP where one expects it, unless it listens elsewhere")
  func address() async throws {
    #expect(try await settings().listen == [HTTPSettings.defaultAddress])
    #expect(try await settings(["WARDLINE_LISTEN": "127.0.0.1:0"]).listen.isEmpty)
    #expect(try await settings(["WARDLINE_HTTP_LISTEN": "none"]).listen.isEmpty)
    let two = try await settings(["WARDLINE_HTTP_LISTEN": "127.0.0.1:1,[::1]:2"]).listen
    #expect(two == [.tcp(host: "127.0.0.1", port: 1), .tcp(host: "::1", port: 2)])
    var overrides = ServerSettings.Overrides()
    overrides.httpListen = ["127.0.0.1:3"]
    let environment = ["WARDLINE_HTTP_LISTEN": "127.0.0.1:1"]
    #expect(
      try await settings(environment, overrides).listen == [.tcp(host: "127.0.0.1", port: 3)]
    )
  }

  @Test("what is no address is refused, and so is one for which something is missing")
  func badAddress() async throws {
    #expect(try await refusal(["WARDLINE_HTTP_LISTEN": "here"]).contains("HOST:PORT"))
    #expect(try await refusal(["WARDLINE_HTTP_LISTEN": "unix:h"]).contains("not spoken on Unix"))
    #expect(
      try await refusal(["WARDLINE_HTTP_LISTEN": "tls://127.0.0.1:1"])
        .contains("needs a certificate")
    )
    #expect(try await refusal(["WARDLINE_HTTP_LISTEN": "0.0.0.0:1"]).contains("loopback only"))
  }

  @Test("every limit is read, and refused out of its range")
  func limits() async throws {
    let gateway = try await settings([
      "WARDLINE_HTTP_CONNECTIONS": "7", "WARDLINE_HTTP_CONNECTIONS_PER_ADDRESS": "6",
      "WARDLINE_HTTP_CONNECTIONS_PER_ADDRESS_PER_SECOND": "5",
      "WARDLINE_HTTP_EVENT_STREAMS_PER_USER": "4", "WARDLINE_HTTP_HEADER_BYTES": "2048",
      "WARDLINE_HTTP_BODY_BYTES": "4096", "WARDLINE_HTTP_IDLE_SECONDS": "3",
      "WARDLINE_HTTP_BODY_BYTES_PER_SECOND": "0", "WARDLINE_HTTP_HEARTBEAT_SECONDS": "2",
      "WARDLINE_HTTP_UNREAD_SECONDS": "5",
    ]).gateway
    #expect(gateway.connectionsMax == 7)
    #expect(gateway.connectionsPerAddressMax == 6)
    #expect(gateway.connectionsPerAddressPerSecond == 5)
    #expect(gateway.eventStreamsPerUserMax == 4)
    #expect(gateway.headerBytesMax == 2048)
    #expect(gateway.bodyBytesMax == 4096)
    #expect(gateway.idleTimeout == .seconds(3))
    #expect(gateway.bodyBytesPerSecondMin == 0)
    #expect(gateway.heartbeatInterval == .seconds(2))
    #expect(gateway.unreadTimeout == .seconds(5))
    for name in [
      "CONNECTIONS", "CONNECTIONS_PER_ADDRESS", "CONNECTIONS_PER_ADDRESS_PER_SECOND",
      "EVENT_STREAMS_PER_USER", "HEADER_BYTES", "BODY_BYTES", "IDLE_SECONDS", "HEARTBEAT_SECONDS",
      "UNREAD_SECONDS",
    ] {
      let setting = name.lowercased().replacing("_", with: "-")
      let refusal = try await refusal(["WARDLINE_HTTP_\(name)": "0"])
      #expect(refusal.contains("http.\(setting) is a whole number from"), "\(refusal)")
    }
    #expect(try await refusal(["WARDLINE_HTTP_CONNECTIONS": "many"]).contains("http.connections"))
  }
}
