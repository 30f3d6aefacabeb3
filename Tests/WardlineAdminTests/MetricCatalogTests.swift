import Foundation
import GRPCTransport
import Logging
import NIOPosix
import PrometheusMetrics
import RPC
import RPCInterceptors
import TTRPC
import Testing
import WardlineAdmin
import WardlineGateway

@Suite("The catalog of metrics")
struct MetricCatalogTests {
  private static let names = Set(MetricCatalog.descriptions.map(\.name))

  @Test("what a server exports is what the catalog describes")
  func exported() throws {
    let registry = PrometheusRegistry(MetricCatalog.descriptions)
    let group = MultiThreadedEventLoopGroup.singleton
    let method = MethodDescriptor(service: "x.Y", name: "Z", kind: .unary)
    let methods = [ServerMethod(method, .deferred { _, _, call in call.finish() })]
    _ = try Server(
      methods: methods,
      interceptors: [
        MetricsInterceptor(methods, metrics: registry),
        RateLimiter([(method: method, rates: .init())], metrics: registry) { _ in .user("a") },
      ],
      metrics: registry,
      on: group,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    _ = try GRPCServer(
      methods: methods,
      metrics: registry,
      on: group,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    _ = Gateway(
      GatewayFace(InProcessCalls(methods: [], interceptors: [])),
      metrics: registry,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    _ = FailureLimiter(nil, metrics: registry)
    ProcessMetrics.install(in: registry)
    StorageMetrics.install(in: registry) {
      .init(
        searchLagEvents: 3,
        searchLag: .milliseconds(20),
        isSearchFailing: false,
        reservedAuditRecords: 0
      )
    }
    #expect(Set(registry.names) == Self.names)
    let text = registry.text()
    for name in Self.names { #expect(text.contains("# HELP \(name) "), "\(name)") }
  }

  @Test("docs/operations.md has every metric, and no other")
  func documented() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "docs/operations.md")
    let section = try String(contentsOf: file, encoding: .utf8)
      .components(separatedBy: "\n## ").first { $0.hasPrefix("Metrics\n") }
    let lines = try #require(section).split(separator: "\n").filter { $0.hasPrefix("| `") }
    let documented = lines.map { $0.dropFirst(3).prefix { $0 != "`" && $0 != "{" } }.map(
      String.init
    )
    #expect(Set(documented) == Self.names)
    #expect(documented.count == Self.names.count)
  }

  @Test("a process shows its memory, files and processor time")
  func process() {
    let registry = PrometheusRegistry()
    ProcessMetrics.install(in: registry)
    let text = registry.text()
    for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"] {
      let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
      #expect(
        line.flatMap { Double($0.dropFirst(name.count + 1)) }.map { $0 > 0 } == true,
        "\(name)"
      )
    }
  }
}
