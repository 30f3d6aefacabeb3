import ArgumentParser
import Foundation
import LoadGeneration
import NIOCore
import RPC
import TTRPC

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Load any ttrpc or gRPC server with one unary call and print rate and latencies.",
    discussion: """
      Without --rate each answer is followed by the next call (closed loop). With it calls are made
      at that rate whatever the answers do, and latency counts from when a call was due, so that a
      server that stalls is not spared (open loop).

        wardline bench 127.0.0.1:7420 --service wardline.v1.Session --method WhoAmI \\
          --token TOKEN
        wardline bench HOST:PORT --service a.b.Echo --method Echo --payload-bytes 128 \\
          --connections 8 --in-flight 64 --duration 10
        wardline bench unix:/run/a.sock --service a.b.Echo --method Echo --payload request.bin \\
          --rate 20000
        wardline bench HOST:PORT --grpc --service a.b.Echo --method Echo --payload-bytes 128
      """
  )

  @Argument(help: "HOST:PORT, tls://HOST:PORT or unix:PATH.")
  var address: String

  @Option(help: "The full name of the service.")
  var service: String

  @Option(help: "The bare name of the method.")
  var method: String

  @Option(help: "A file with the encoded request message.")
  var payload: String?

  @Option(help: "Instead: a message whose field 1 holds so many bytes.")
  var payloadBytes: Int?

  @Option(help: "How many connections, opened before anything is counted.")
  var connections = 1

  @Option(help: "Calls under way on each connection.")
  var inFlight = 1

  @Option(help: "Calls per second over all connections, instead of --in-flight.")
  var rate: Double?

  @Option(help: "Seconds that count.")
  var duration = 5.0

  @Option(help: "Seconds before those.")
  var warmUp = 1.0

  @Option(help: "Sent with every call as its bearer token.")
  var token: String?

  @Flag(help: "The server speaks gRPC, in plain text.")
  var grpc = false

  @OptionGroup var tls: ClientTLSOptions

  @Flag(help: "Print one line of JSON, with latencies in microseconds.")
  var json = false

  func validate() throws {
    let bounds: [(Bool, String)] = [
      ((1...100_000).contains(connections), "--connections is from 1 to 100000"),
      ((1...LoadPlan.callsUnderWayMax).contains(inFlight), "--in-flight is from 1 to 32768"),
      (rate.map { $0 > 0 && $0.isFinite } ?? true, "--rate is above 0"),
      (duration > 0 && duration <= 86_400, "--duration is above 0 and at most a day"),
      (warmUp >= 0 && warmUp <= 3_600, "--warm-up is at most an hour"),
      (payload == nil || payloadBytes == nil, "--payload and --payload-bytes exclude each other"),
      ((0...4_000_000).contains(payloadBytes ?? 0), "--payload-bytes is at most 4000000"),
    ]
    for (isGood, complaint) in bounds where !isGood { throw ValidationError(complaint) }
  }

  func run() async throws {
    try await reportingErrors {
      let report = try await LoadGenerator(try plan()).run()
      for line in json ? [Self.json(report)] : Self.lines(report) { Terminal.print(line) }
      if report.failures > 0 {
        throw SettingError("\(report.failures) calls were answered with an error")
      }
    }
  }

  private func plan() throws -> LoadPlan {
    guard let parsed = ServiceAddress(address) else {
      throw SettingError(
        "\(address) is not an address: use HOST:PORT, tls://HOST:PORT or unix:PATH"
      )
    }
    var metadata = Metadata()
    if let token = token ?? Environment.token {
      metadata.append("authorization", "Bearer \(token)")
    }
    let descriptor = MethodDescriptor(service: service, name: method, kind: .unary)
    var plan = LoadPlan(LoadRequest(descriptor, try message(), metadata: metadata), to: parsed)
    plan.dialect = grpc ? .grpc : .ttrpc
    plan.tls = try tls.trust(for: parsed)
    plan.connections = connections
    plan.pace = rate.map { .open(callsPerSecond: $0) } ?? .closed(inFlight: inFlight)
    plan.duration = .seconds(duration)
    plan.warmUp = .seconds(warmUp)
    return plan
  }

  private func message() throws -> ByteBuffer {
    if let payload {
      guard let data = FileManager.default.contents(atPath: payload) else {
        throw SettingError("\(payload) cannot be read")
      }
      return ByteBuffer(bytes: data)
    }
    return payloadBytes.map { LoadRequest.message(bytes: $0) } ?? ByteBuffer()
  }
}

extension BenchCommand {
  private static let percentiles: [(name: String, value: Double)] = [
    ("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9), ("p99.99", 99.99), ("max", 100),
  ]

  /// Microseconds with one digit after the point.
  private static func latency(_ report: LoadReport, _ percentile: Double) -> String {
    String(format: "%.1f", report.latency(atPercentile: percentile))
  }

  private static func lines(_ report: LoadReport) -> [String] {
    let rate = String(format: "%.0f", report.callsPerSecond)
    let seconds = String(format: "%.2f", report.seconds)
    let latencies = percentiles.map { "\($0.name) \(latency(report, $0.value))" }
    return [
      "\(rate) calls/s (\(report.answers) in \(seconds) s, \(report.failures) failed)",
      "latency in µs: " + latencies.joined(separator: "  "),
    ]
  }

  private static func json(_ report: LoadReport) -> String {
    let latencies = percentiles.map { "\"\($0.name)\": \(latency(report, $0.value))" }
    let seconds = String(format: "%.3f", report.seconds)
    let rate = String(format: "%.1f", report.callsPerSecond)
    return "{\"calls\": \(report.answers), \"failures\": \(report.failures), "
      + "\"seconds\": \(seconds), \"rate\": \(rate), "
      + "\"latency_us\": {\(latencies.joined(separator: ", "))}}"
  }
}
